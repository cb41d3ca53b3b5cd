#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/events/captured.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/confirmation.h"
#include "emulator/services/sns/endpoint_rules.h"
#include "emulator/services/sns/expiry.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/replay.h"
#include "emulator/services/sns/subscription_attributes.h"

namespace cumulite::sns {
namespace {

/// Endpoints and people must answer before they are subscribed.
bool needs_confirmation(std::string_view protocol) {
  return protocol == "http" || protocol == "https" || protocol.starts_with("email");
}

/// SNS words refusals of Subscribe's attributes so.
Error in_attributes(const Error& error) {
  return errors::invalid_parameter("Attributes", error.message);
}

Result<Subscription> define(Context& ctx, const Topic& topic, const api::SubscribeInput& req) {
  Subscription made;
  made.id = ids::uuid();
  made.topic_arn = topic.arn;
  made.owner = ctx.caller.account_id;
  made.region = topic.region;
  made.protocol = *req.Protocol;
  made.endpoint = req.Endpoint.value_or("");
  made.created_ms = ctx.now_ms;
  // Whom a key belongs to is not told here: the account has one user.
  made.principal = fmt::format("arn:aws:iam::{}:user/cumulite", ctx.caller.account_id);
  made.token = new_token();
  const bool pending = needs_confirmation(made.protocol);
  made.state = pending ? SubscriptionState::kPending : SubscriptionState::kConfirmed;
  made.confirmation_was_authenticated = !pending;
  if (req.Attributes) {
    for (const auto& [name, value] : *req.Attributes) {
      auto applied = apply_subscription_attribute(name, value, made);
      if (!applied.ok()) return in_attributes(applied.error());
    }
  }
  auto checked = check_subscription_attributes(made);
  if (!checked.ok()) return in_attributes(checked.error());
  made.derive();
  return made;
}

SubscriptionPointer find_same(const TopicState& state, const Subscription& wanted) {
  for (const SubscriptionPointer& subscription : state.subscriptions) {
    if (subscription->protocol == wanted.protocol && subscription->endpoint == wanted.endpoint) {
      return subscription;
    }
  }
  return nullptr;
}

bool has_same_attributes(const Subscription& old, const Subscription& wanted) {
  return std::all_of(wanted.attributes.begin(), wanted.attributes.end(), [&](const auto& pair) {
    // What was not set is what it is by default.
    const auto value = old.attribute(pair.first);
    if (!value.empty()) return value == pair.second;
    return (pair.first == "RawMessageDelivery" && pair.second == "false") ||
           (pair.first == "FilterPolicyScope" && pair.second == "MessageAttributes");
  });
}

}  // namespace

Result<api::SubscribeResponse> subscribe(Context& ctx, const api::SubscribeInput& req) {
  CUMULITE_TRY(check_topic_arn(ctx, req.TopicArn, "TopicArn"));
  if (!req.Protocol || req.Protocol->empty()) return errors::no_value("Protocol");
  const Attributes values = {{"sns:Protocol", *req.Protocol},
                             {"sns:Endpoint", req.Endpoint.value_or("")}};
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn, "TopicArn", values));
  // The topic is looked for before the endpoint is looked at (seen at AWS).
  CUMULITE_TRY(check_endpoint(*req.Protocol, req.Endpoint.value_or(""), topic->fifo));
  auto defined = define(ctx, *topic, req);
  if (!defined.ok()) return std::move(defined).error();
  const Subscription& wanted = *defined;
  if (!wanted.attribute("ReplayPolicy").empty()) {
    auto replayable = check_replay_source(topic->state()->config);
    if (!replayable.ok()) return in_attributes(replayable.error());
  }

  SnsService& service = service_of(ctx);
  SubscriptionPointer same = find_same(*topic->state(), wanted);
  const auto prepared = prepare_confirmation(service, topic->state()->config, same ? *same : wanted,
                                             "SubscriptionConfirmation", ctx.now_ms);
  auto stored = ctx.env.store.transact(
      {topic->exclusive_domain()}, [&](storage::Txn& txn) -> Result<Subscription> {
        if (topic->is_deleted()) return errors::topic_not_found();
        same = find_same(*topic->state(), wanted);
        if (same != nullptr && !has_same_attributes(*same, wanted)) {
          return errors::invalid_parameter("Attributes",
                                           "Subscription already exists with different attributes");
        }
        if (same != nullptr) {
          // Asking again has the endpoint asked again.
          if (same->state == SubscriptionState::kPending) {
            send_confirmation(ctx.env, txn, prepared);
          }
          return *same;
        }
        if (wanted.state == SubscriptionState::kPending && !is_mail_kept(ctx.env, wanted)) {
          schedule_expiry(ctx.env, txn, wanted, ctx.now_ms + kConfirmationMs);
        }
        Subscription made = wanted;
        restart_replay(service, txn, *topic, made);
        store_subscription(service, txn, made);
        // Last, so that the token is known before the endpoint can come back with it.
        send_confirmation(ctx.env, txn, prepared);
        return made;
      });
  if (!stored.ok()) return std::move(stored).error();
  const bool shows_arn = stored->is_active() || req.ReturnSubscriptionArn.value_or(false);
  return api::SubscribeResponse{.SubscriptionArn =
                                    shows_arn ? stored->arn() : "pending confirmation"};
}

}  // namespace cumulite::sns
