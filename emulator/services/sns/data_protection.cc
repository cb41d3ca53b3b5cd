#include "emulator/services/sns/access.h"
#include "emulator/services/sns/data_policy.h"
#include "emulator/services/sns/operations.h"

namespace cumulite::sns {

Result<api::GetDataProtectionPolicyResponse> get_data_protection_policy(
    Context& ctx, const api::GetDataProtectionPolicyInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.ResourceArn, "ResourceArn"));
  return api::GetDataProtectionPolicyResponse{.DataProtectionPolicy =
                                                  topic->state()->config.data_protection_policy};
}

Result<Unit> put_data_protection_policy(Context& ctx,
                                        const api::PutDataProtectionPolicyInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.ResourceArn, "ResourceArn"));
  const std::string text = req.DataProtectionPolicy.value_or("");
  CUMULITE_TRY(check_data_policy(text));
  CUMULITE_TRY(
      change_topic(service_of(ctx), topic, [&](storage::Txn&, TopicConfig& config) -> Result<void> {
        config.data_protection_policy = text;
        return {};
      }));
  return Unit{};
}

}  // namespace cumulite::sns
