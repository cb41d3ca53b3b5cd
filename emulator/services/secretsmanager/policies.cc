#include <algorithm>

#include "emulator/services/secretsmanager/operations.h"
#include "protocol/codec/json_document.h"

namespace cumulite::secretsmanager {
namespace {

using nlohmann::json;

constexpr std::size_t kPolicyBytesMax = 20'480;

/// A document with statements, or nothing.
std::optional<json> parse_policy(const std::string& text) {
  json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("Statement")) return std::nullopt;
  json& statements = document["Statement"];
  if (statements.is_object()) statements = json::array({statements});
  if (!statements.is_array()) return std::nullopt;
  for (const json& statement : statements) {
    if (!statement.is_object() || !statement.contains("Effect")) return std::nullopt;
    const json& effect = statement["Effect"];
    if (effect != "Allow" && effect != "Deny") return std::nullopt;
  }
  return document;
}

bool names_everybody(const json& principal) {
  if (principal == "*") return true;
  if (principal.is_array()) {
    return std::any_of(principal.begin(), principal.end(), names_everybody);
  }
  return principal.is_object() && principal.contains("AWS") && names_everybody(principal["AWS"]);
}

bool is_public(const json& policy) {
  return std::any_of(
      policy["Statement"].begin(), policy["Statement"].end(), [](const json& statement) {
        return statement["Effect"] == "Allow" && !statement.contains("Condition") &&
               statement.contains("Principal") && names_everybody(statement["Principal"]);
      });
}

}  // namespace

Result<api::PutResourcePolicyResponse> put_resource_policy(
    Context& ctx, const api::PutResourcePolicyRequest& req) {
  const auto policy = parse_policy(*req.ResourcePolicy);
  if (!policy || req.ResourcePolicy->size() > kPolicyBytesMax) return errors::malformed_policy();
  if (req.BlockPublicPolicy.value_or(false) && is_public(*policy)) return errors::public_policy();
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [&](storage::Txn&, Found& changed) -> Result<void> {
                                  changed.secret.policy = *req.ResourcePolicy;
                                  return {};
                                }));
  return api::PutResourcePolicyResponse{.ARN = found.arn(), .Name = found.secret.name};
}

Result<api::GetResourcePolicyResponse> get_resource_policy(
    Context& ctx, const api::GetResourcePolicyRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_secret(ctx, ctx.env.store, *req.SecretId));
  api::GetResourcePolicyResponse answer;
  answer.ARN = found.arn();
  answer.Name = found.secret.name;
  if (!found.secret.policy.empty()) answer.ResourcePolicy = found.secret.policy;
  return answer;
}

Result<api::DeleteResourcePolicyResponse> delete_resource_policy(
    Context& ctx, const api::DeleteResourcePolicyRequest& req) {
  CUMULITE_ASSIGN(const Found found,
                  change_secret(ctx, *req.SecretId, Deleted::kRefuse,
                                [](storage::Txn&, Found& changed) -> Result<void> {
                                  changed.secret.policy.clear();
                                  return {};
                                }));
  return api::DeleteResourcePolicyResponse{.ARN = found.arn(), .Name = found.secret.name};
}

Result<api::ValidateResourcePolicyResponse> validate_resource_policy(
    Context& ctx, const api::ValidateResourcePolicyRequest& req) {
  if (req.SecretId) CUMULITE_TRY(find_secret(ctx, ctx.env.store, *req.SecretId));
  const auto policy = parse_policy(*req.ResourcePolicy);
  if (!policy) return errors::malformed_policy();
  api::ValidateResourcePolicyResponse answer;
  answer.PolicyValidationPassed = !is_public(*policy);
  answer.ValidationErrors.emplace();
  if (is_public(*policy)) {
    answer.ValidationErrors->push_back(
        {.CheckName = "PUBLIC_POLICY",
         .ErrorMessage = "The resource policy grants broad access to the secret."});
  }
  return answer;
}

}  // namespace cumulite::secretsmanager
