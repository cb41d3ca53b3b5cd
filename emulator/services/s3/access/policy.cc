#include "emulator/services/s3/access/policy.h"

#include <algorithm>
#include <vector>

#include "emulator/core/arn.h"
#include "emulator/services/s3/errors.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/request.h"

namespace cumulite::s3 {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kPolicyBytesMax = 20 * 1024;

/// What may stand alone as well as in a list.
Json as_list(const Json& value) {
  return value.is_array() ? value : Json::array({value});
}

/// The texts among what may stand alone or in a list.
std::vector<std::string> texts(const Json& value) {
  std::vector<std::string> result;
  for (const Json& one : as_list(value)) {
    result.push_back(one.is_string() ? one.get<std::string>() : std::string());
  }
  return result;
}

bool is_principal(std::string_view text) {
  return text == "*" || is_account_id(text) || text.starts_with("arn:aws:iam::") ||
         text.starts_with("arn:aws:sts::");
}

Result<void> check_principals(const Json& statement) {
  for (const char* element : {"Principal", "NotPrincipal"}) {
    if (!statement.contains(element)) continue;
    const Json& principal = statement[element];
    if (principal == "*") continue;
    if (!principal.is_object()) return errors::malformed_policy("Invalid policy syntax.");
    for (const auto& [kind, named] : principal.items()) {
      const auto names = texts(named);
      const bool known = kind == "Service" || kind == "CanonicalUser" || kind == "Federated" ||
                         (kind == "AWS" && std::all_of(names.begin(), names.end(), is_principal));
      if (!known) return errors::malformed_policy("Invalid principal in policy");
    }
  }
  return {};
}

Result<void> check_actions(const Json& statement) {
  for (const char* element : {"Action", "NotAction"}) {
    if (!statement.contains(element)) continue;
    for (const std::string& action : texts(statement[element])) {
      const bool of_s3 = http::header_name_equals(action.substr(0, 3), "s3:");
      if (action != "*" && !of_s3) return errors::malformed_policy("Policy has invalid action");
    }
  }
  return {};
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
  CUMULITE_TRY(check_principals(statement));
  CUMULITE_TRY(check_actions(statement));
  if (statement.contains("Resource")) {
    const std::string arn = "arn:aws:s3:::" + std::string(bucket);
    for (const std::string& resource : texts(statement["Resource"])) {
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
    return Error{"PolicyTooLarge", "Policy exceeds the maximum allowed document size.", 400};
  }
  const Json policy = Json::parse(text, nullptr, false);
  if (policy.is_discarded() || !policy.is_object()) {
    return errors::malformed_policy("Policies must be valid JSON and the first byte must be '{'");
  }
  const auto version = policy.find("Version");
  if (version != policy.end() && *version != "2012-10-17" && *version != "2008-10-17") {
    return errors::malformed_policy("The policy must contain a valid version string");
  }
  const Json all = policy.contains("Statement") ? as_list(policy["Statement"]) : Json::array();
  if (all.empty()) return errors::malformed_policy("Missing required field Statement");
  for (const Json& statement : all) CUMULITE_TRY(check_statement(statement, bucket));
  return {};
}

}  // namespace cumulite::s3
