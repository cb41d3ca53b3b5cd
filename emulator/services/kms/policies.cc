#include "emulator/services/kms/operations.h"
#include "protocol/codec/json_document.h"

namespace cumulite::kms {
namespace {

constexpr std::string_view kDefault = "default";

/// A key has one policy, which is called "default".
Result<void> check_policy_name(const std::optional<std::string>& name) {
  if (name && *name != kDefault) return errors::no_such_policy();
  return {};
}

Result<api::GetKeyPolicyResponse> get_key_policy(Context& ctx,
                                                 const api::GetKeyPolicyRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  CUMULITE_TRY(check_policy_name(req.PolicyName));
  return api::GetKeyPolicyResponse{found.key.policy, std::string(kDefault)};
}

Result<model::Unit> put_key_policy(Context& ctx, const api::PutKeyPolicyRequest& req) {
  if (req.PolicyName && *req.PolicyName != kDefault) {
    return errors::unsupported("Only default policy is supported");
  }
  CUMULITE_TRY(check_policy(*req.Policy));
  CUMULITE_TRY(change_key(ctx, *req.KeyId, "PutKeyPolicy", Change::kAnyState,
                          [&](storage::Txn&, Found& found) -> Result<void> {
                            found.key.policy = *req.Policy;
                            return {};
                          }));
  return model::Unit{};
}

Result<api::ListKeyPoliciesResponse> list_key_policies(Context& ctx,
                                                       const api::ListKeyPoliciesRequest& req) {
  CUMULITE_TRY(find_key(ctx, *req.KeyId, Named::kByKey));
  api::ListKeyPoliciesResponse answer;
  answer.PolicyNames = {{std::string(kDefault)}};
  answer.Truncated = false;
  return answer;
}

}  // namespace

Result<void> check_policy(const std::string& text) {
  constexpr std::size_t kBytesMax = 32'768;
  if (text.size() > kBytesMax) {
    return Error{"LimitExceededException", "The key policy is larger than 32 kilobytes.", 400};
  }
  nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return errors::malformed_policy("The policy is not a valid JSON document.");
  }
  nlohmann::json statements = document.value("Statement", nlohmann::json());
  if (statements.is_object()) statements = nlohmann::json::array({statements});
  if (!statements.is_array() || statements.empty()) {
    return errors::malformed_policy("The policy has no statements.");
  }
  for (const auto& statement : statements) {
    const auto effect = statement.is_object() ? statement.find("Effect") : statement.end();
    if (effect == statement.end() || (*effect != "Allow" && *effect != "Deny")) {
      return errors::malformed_policy("A statement's Effect is neither Allow nor Deny.");
    }
  }
  return {};
}

std::span<const OperationRow> policy_rows() {
  static const OperationRow rows[] = {
      row<api::op::GetKeyPolicy, &get_key_policy>(),
      row<api::op::ListKeyPolicies, &list_key_policies>(),
      row<api::op::PutKeyPolicy, &put_key_policy>(),
  };
  return rows;
}

}  // namespace cumulite::kms
