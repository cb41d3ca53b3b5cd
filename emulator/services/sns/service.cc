#include "emulator/services/sns/service.h"

#include <algorithm>

#include "emulator/core/admin_registry.h"
#include "emulator/core/spaces.h"
#include "emulator/services/sns/admin.h"
#include "emulator/services/sns/delivery.h"
#include "emulator/services/sns/keys.h"
#include "emulator/services/sns/operations.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sns {
namespace {

std::vector<RowRange> rows_of_account(std::string_view account) {
  std::vector<RowRange> ranges;
  for (const std::string_view kind : {keys::kTopics, keys::kApplications, keys::kSms}) {
    ranges.push_back(RowRange::below(spaces::kSns, keys::account(kind, account)));
  }
  return ranges;
}

class SnapshotRows final : public SnapshotPart {
 public:
  explicit SnapshotRows(SnsService& service) : service_(service) {}

  std::vector<RowRange> rows_of(std::string_view account) override {
    return rows_of_account(account);
  }

  void reload(std::string_view account) override {
    (void)account;  // All of them: whoever holds a topic of before finds it deleted.
    service_.directory().clear({});
    service_.directory().load(service_.env().store);
  }

 private:
  SnsService& service_;
};

}  // namespace

SnsService::SnsService(Environment& env) : env_(env), signer_(env.store) {}

const model::ServiceModel& SnsService::model() const {
  return api::kModel;
}

std::span<const OperationRow> SnsService::rows() const {
  return operation_rows();
}

void SnsService::start() {
  directory_.load(env_.store);
  register_deliveries(*this);
  register_admin_paths(*this);
  env_.admin.add_part(std::make_unique<SnapshotRows>(*this));
}

Result<void> SnsService::authorize(Context& ctx, const model::Operation& operation) {
  constexpr std::string_view kOpen[] = {"AddPermission",      "ConfirmSubscription",
                                        "DeleteTopic",        "GetSubscriptionAttributes",
                                        "GetTopicAttributes", "Publish",
                                        "PublishBatch",       "ListSubscriptionsByTopic",
                                        "RemovePermission",   "Subscribe",
                                        "Unsubscribe",        "SetSubscriptionAttributes",
                                        "SetTopicAttributes"};
  const bool is_open =
      std::find(std::begin(kOpen), std::end(kOpen), operation.name) != std::end(kOpen);
  if (!ctx.caller.anonymous || is_open) return {};
  return Service::authorize(ctx, operation);
}

bool SnsService::has_target(std::string_view arn) {
  return directory_.find(arn) != nullptr;
}

void SnsService::drop_account(std::string_view account) {
  for (const RowRange& range : rows_of_account(account)) {
    env_.store.transact(
        {storage::Domain::exclusive_on(range.space, range.from)},
        [&](storage::Txn& txn) { txn.del_range(range.space, range.from, range.to); });
  }
}

void SnsService::reset(std::string_view account) {
  directory_.clear(account);
}

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<SnsService>(env);
}

}  // namespace cumulite::sns
