#include "emulator/services/s3/access/policy.h"

#include <nlohmann/json.hpp>

#include "emulator/services/s3/errors.h"

namespace cumulite::s3 {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kPolicyBytesMax = 20 * 1024;

/// What may stand alone as well as in a list.
Json as_list(const Json& value) {
  return value.is_array() ? value : Json::array({value});
}

Result<void> check_conditions(const Json& statement) {
  if (!statement.contains("Condition")) return {};
  if (!statement["Condition"].is_object()) {
    return errors::malformed_policy("Policies must be valid JSON and the first byte must be '{'");
  }
  for (const auto& [operation, keys] : statement["Condition"].items()) {
    if (!is_condition_operator(operation)) {
      return errors::malformed_policy("Invalid Condition type : " + operation);
    }
    if (!keys.is_object()) return errors::malformed_policy("Conditions do not apply");
  }
  return {};
}

Result<void> check_statement(const Json& statement, std::string_view bucket) {
  if (!statement.is_object()) return errors::malformed_policy("Statement is empty!");
  const std::string effect = statement.value("Effect", std::string());
  if (effect != "Allow" && effect != "Deny") {
    return errors::malformed_policy(effect.empty() ? "Missing required field Effect"
                                                   : "Invalid effect: " + effect);
  }
  if (!statement.contains("Principal") && !statement.contains("NotPrincipal")) {
    return errors::malformed_policy("Missing required field Principal");
  }
  if (effect == "Allow" && statement.contains("NotPrincipal")) {
    return errors::malformed_policy("Allow with NotPrincipal is not allowed.");
  }
  if (!statement.contains("Action") && !statement.contains("NotAction")) {
    return errors::malformed_policy("Missing required field Action");
  }
  if (!statement.contains("Resource") && !statement.contains("NotResource")) {
    return errors::malformed_policy("Missing required field Resource");
  }
  if (statement.contains("Resource")) {
    const std::string arn = "arn:aws:s3:::" + std::string(bucket);
    for (const Json& one : as_list(statement["Resource"])) {
      const std::string resource = one.is_string() ? one.get<std::string>() : std::string();
      const std::string_view head = std::string_view(resource).substr(0, resource.find('/'));
      if (!matches_wildcards(head, arn)) {
        return errors::malformed_policy("Policy has invalid resource");
      }
    }
  }
  return check_conditions(statement);
}

}  // namespace

Result<void> check_policy_document(const std::string& text, std::string_view bucket) {
  if (text.size() > kPolicyBytesMax) {
    return Error{"PolicyTooLarge", "Policies must not exceed 20480 bytes.", 400};
  }
  const Json policy = Json::parse(text, nullptr, false);
  if (policy.is_discarded() || !policy.is_object()) {
    return errors::malformed_policy("Policies must be valid JSON and the first byte must be '{'");
  }
  const Json all = policy.contains("Statement") ? as_list(policy["Statement"]) : Json::array();
  if (all.empty()) return errors::malformed_policy("Missing required field Statement");
  for (const Json& statement : all) CUMULITE_TRY(check_statement(statement, bucket));
  return {};
}

}  // namespace cumulite::s3
