#include "emulator/core/spaces.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/confirmation.h"
#include "emulator/services/sns/expiry.h"
#include "emulator/services/sns/operations.h"

namespace cumulite::sns {
namespace {

/// The topic counts what it lost.
void count_deleted(SnsService& service, storage::Txn& txn, const Subscription& subscription) {
  const TopicPointer topic = service.directory().find(subscription.topic_arn);
  if (topic == nullptr) return;
  TopicConfig config = topic->state()->config;
  ++config.subscriptions_deleted;
  txn.put(spaces::kSns, keys::definition(topic->key), encode_topic(config));
  txn.on_commit([topic, config] { topic->set_config(config); });
}

}  // namespace

Result<Unit> unsubscribe(Context& ctx, const api::UnsubscribeInput& req) {
  auto found = find_subscription(ctx, req.SubscriptionArn);
  if (!found.ok()) {
    // Ending what is not there is no error.
    if (found.error().code == "NotFound") return Unit{};
    return std::move(found).error();
  }
  const Subscription& seen = **found;
  if (ctx.caller.anonymous && seen.authenticate_on_unsubscribe) {
    return errors::not_authorized("Anonymous", "Unsubscribe", seen.arn(),
                                  "because the subscription asks for authentication");
  }
  SnsService& service = service_of(ctx);
  const TopicPointer topic = service.directory().find(seen.topic_arn);
  // Whoever follows the link may be anybody: the endpoint is told, and may take it back.
  const bool tells = ctx.caller.anonymous && topic != nullptr &&
                     (seen.protocol == "http" || seen.protocol == "https");
  Subscription ended = seen;
  ended.state = SubscriptionState::kDeactivated;
  ended.token = new_token();
  PreparedConfirmation prepared;
  if (tells) {
    prepared = prepare_confirmation(service, topic->state()->config, ended,
                                    "UnsubscribeConfirmation", ctx.now_ms);
  }
  ctx.env.store.transact(
      {storage::Domain::exclusive_on(spaces::kSns, seen.topic_key)}, [&](storage::Txn& txn) {
        const auto current = service.directory().find_subscription(seen.arn());
        if (current == nullptr) return;
        count_deleted(service, txn, *current);
        if (tells) {
          send_confirmation(ctx.env, txn, prepared);
          schedule_expiry(ctx.env, txn, ended, ctx.now_ms + kOrphanMs);
          store_subscription(service, txn, ended);
          return;
        }
        txn.del(spaces::kSns, keys::subscription(current->topic_key, current->id));
        txn.on_commit([&service, current] { service.directory().remove_subscription(*current); });
      });
  return Unit{};
}

}  // namespace cumulite::sns
