#include "emulator/services/s3/access/policy.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "emulator/core/arn.h"
#include "emulator/services/s3/access/policy_words.h"
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
  if (text == "*" || is_account_id(text)) return true;
  if (!text.starts_with("arn:aws:iam::") && !text.starts_with("arn:aws:sts::")) return false;
  // "arn:aws:iam::<account>:root", ":user/name", ":role/name".
  const std::string_view rest = text.substr(std::string_view("arn:aws:iam::").size());
  const std::size_t colon = rest.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < rest.size();
}

/// Whether every member has one of the names.
Result<void> check_fields(const Json& document, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : document.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return errors::malformed_policy("Unknown field " + name);
    }
  }
  return {};
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

Result<void> check_resources(const Json& statement, std::string_view bucket) {
  if (!statement.contains("Resource")) return {};
  const std::string arn = "arn:aws:s3:::" + std::string(bucket);
  for (const std::string& resource : texts(statement["Resource"])) {
    const std::string_view head = std::string_view(resource).substr(0, resource.find('/'));
    if (!matches_wildcards(head, arn)) {
      return errors::malformed_policy("Policy has invalid resource");
    }
  }
  return {};
}

/// What the statement's resources are: the bucket's own name, names of objects, or with a wildcard
/// at the end of the bucket's both.
ActionScope scope_of_resources(const Json& statement) {
  if (!statement.contains("Resource")) return {true, true};
  ActionScope scope;
  for (const std::string& resource : texts(statement["Resource"])) {
    const bool object = resource.find('/') != std::string::npos;
    const bool open = resource.find_first_of("*?$") != std::string::npos;
    scope.objects = scope.objects || object || open;
    scope.bucket = scope.bucket || !object;
  }
  return scope;
}

Result<void> check_actions(const Json& statement) {
  const ActionScope resources = scope_of_resources(statement);
  for (const char* element : {"Action", "NotAction"}) {
    if (!statement.contains(element)) continue;
    for (const std::string& action : texts(statement[element])) {
      const ActionScope scope = scope_of_action(action);
      if (!scope.objects && !scope.bucket) {
        return errors::malformed_policy("Policy has invalid action");
      }
      const bool applies =
          (scope.objects && resources.objects) || (scope.bucket && resources.bucket);
      if (!applies && std::string_view(element) == "Action") {
        return errors::malformed_policy("Action does not apply to any resource(s) in statement");
      }
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
    for (const auto& [key, values] : keys.items()) {
      if (!is_condition_key(key)) {
        return errors::malformed_policy("Policy has an invalid condition key");
      }
    }
  }
  return {};
}

Result<void> check_statement(const Json& statement, std::string_view bucket) {
  if (!statement.is_object()) return errors::malformed_policy("Statement is empty!");
  CUMULITE_TRY(check_fields(statement, {"Sid", "Effect", "Principal", "NotPrincipal", "Action",
                                        "NotAction", "Resource", "NotResource", "Condition"}));
  const Json* const given = statement.contains("Effect") ? &statement["Effect"] : nullptr;
  const std::string effect = given && given->is_string() ? given->get<std::string>() : "";
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
  CUMULITE_TRY(check_resources(statement, bucket));
  CUMULITE_TRY(check_actions(statement));
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
  CUMULITE_TRY(check_fields(policy, {"Version", "Id", "Statement"}));
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
