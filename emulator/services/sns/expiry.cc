#include "emulator/services/sns/expiry.h"

#include "emulator/core/spaces.h"
#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/keys.h"

namespace cumulite::sns {
namespace {

constexpr std::string_view kExpiryKind = "sns.subscription";

void expire(SnsService& service, const DueRow& row) {
  Environment& env = service.env();
  const auto seen = service.directory().find_subscription(row.payload);
  if (seen == nullptr) {
    env.store.transact({}, [&](storage::Txn& txn) { env.due.remove(txn, row); });
    return;
  }
  env.store.transact(
      {storage::Domain::exclusive_on(spaces::kSns, seen->topic_key)}, [&](storage::Txn& txn) {
        env.due.remove(txn, row);
        const auto subscription = service.directory().find_subscription(row.payload);
        if (subscription == nullptr || subscription->is_active()) return;
        txn.del(spaces::kSns, keys::subscription(subscription->topic_key, subscription->id));
        txn.on_commit(
            [&service, subscription] { service.directory().remove_subscription(*subscription); });
      });
}

}  // namespace

void schedule_expiry(Environment& env, storage::Txn& txn, const Subscription& subscription,
                     std::int64_t due_ms) {
  const auto topic = parse_arn(subscription.topic_arn, "");
  const std::string account = topic.ok() ? topic->account : subscription.owner;
  env.due.schedule(
      txn, {account, due_ms, std::string(kExpiryKind), subscription.id, subscription.arn()});
}

void register_expiry(SnsService& service) {
  service.env().due.register_kind(
      std::string(kExpiryKind),
      [&service](const DueRow& row, std::int64_t) { expire(service, row); });
}

}  // namespace cumulite::sns
