#include <nlohmann/json.hpp>

#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kPolicyBytesMax = 30'720;

/// {"Name", "Version", "Statement": [...]}
Result<void> check_policy(const std::string& text) {
  if (text.size() > kPolicyBytesMax) {
    return errors::invalid_parameter("DataProtectionPolicy", "policy is too long");
  }
  const auto policy = nlohmann::json::parse(text, nullptr, false);
  if (!policy.is_object() || !policy.contains("Name") || !policy.contains("Statement") ||
      !policy["Statement"].is_array()) {
    return errors::invalid_parameter("DataProtectionPolicy", "not a data protection policy");
  }
  return {};
}

}  // namespace

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
  if (!text.empty()) CUMULITE_TRY(check_policy(text));
  CUMULITE_TRY(change_topic(service_of(ctx), topic, [&](TopicConfig& config) -> Result<void> {
    config.data_protection_policy = text;
    return {};
  }));
  return Unit{};
}

}  // namespace cumulite::sns
