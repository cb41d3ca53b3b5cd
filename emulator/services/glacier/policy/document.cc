#include "emulator/services/glacier/policy/document.h"

#include <vector>

#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/policy/conditions.h"
#include "emulator/services/glacier/policy/wildcard.h"
#include "protocol/codec/json_document.h"

namespace cumulite::glacier {

namespace {

using nlohmann::json;

/// A member that may be one text or a list of texts.
std::vector<std::string> texts(const json& value) {
  std::vector<std::string> list;
  if (value.is_string()) list.push_back(value.get<std::string>());
  if (value.is_array()) {
    for (const json& item : value) {
      if (item.is_string()) list.push_back(item.get<std::string>());
    }
  }
  return list;
}

std::vector<std::string> texts_of(const json& statement, const char* member) {
  const auto found = statement.find(member);
  return found == statement.end() ? std::vector<std::string>{} : texts(*found);
}

std::vector<json> statements_of(const json& policy) {
  const auto found = policy.find("Statement");
  if (found == policy.end()) return {};
  if (found->is_object()) return {*found};
  if (found->is_array()) return found->get<std::vector<json>>();
  return {};
}

bool any_match(const std::vector<std::string>& patterns, std::string_view text) {
  for (const std::string& pattern : patterns) {
    if (matches_wildcard(pattern, text)) return true;
  }
  return false;
}

/// "*", an account's id, or an ARN whose account part is the caller's.
bool is_principal(const std::string& principal, const PolicyCall& call) {
  return principal == "*" || principal == call.account ||
         principal.find("::" + call.account + ":") != std::string::npos;
}

bool names_principal(const json& principal, const PolicyCall& call) {
  if (principal.is_string()) return principal == "*";
  if (!principal.is_object()) return false;
  for (const std::string& each : texts_of(principal, "AWS")) {
    if (is_principal(each, call)) return true;
  }
  return false;
}

bool applies(const json& statement, const PolicyCall& call) {
  if (const auto found = statement.find("Principal"); found != statement.end()) {
    if (!names_principal(*found, call)) return false;
  }
  if (const auto found = statement.find("NotPrincipal"); found != statement.end()) {
    if (names_principal(*found, call)) return false;
  }
  const auto actions = texts_of(statement, "Action");
  if (!actions.empty() && !any_match(actions, call.action)) return false;
  const auto not_actions = texts_of(statement, "NotAction");
  if (!not_actions.empty() && any_match(not_actions, call.action)) return false;
  const auto resources = texts_of(statement, "Resource");
  if (!resources.empty() && !any_match(resources, call.resource)) return false;
  const auto condition = statement.find("Condition");
  return condition == statement.end() || meets_conditions(condition->dump(), call);
}

Result<void> check_statement(const json& statement, std::string_view vault_arn) {
  if (!statement.is_object()) return errors::invalid("Invalid policy: a statement is no object.");
  const std::string effect =
      statement.value("Effect", json()).is_string() ? statement.value("Effect", "") : std::string();
  if (effect != "Allow" && effect != "Deny") {
    return errors::invalid("Invalid policy: Effect must be Allow or Deny.");
  }
  if (!statement.contains("Principal") && !statement.contains("NotPrincipal")) {
    return errors::invalid("Invalid policy: a statement has no Principal.");
  }
  const auto actions = texts_of(statement, statement.contains("Action") ? "Action" : "NotAction");
  if (actions.empty()) return errors::invalid("Invalid policy: a statement has no Action.");
  for (const std::string& action : actions) {
    if (action != "*" && !action.starts_with("glacier:")) {
      return errors::invalid("Invalid policy: unknown action " + action + ".");
    }
  }
  const auto resources = texts_of(statement, "Resource");
  if (resources.empty()) return errors::invalid("Invalid policy: a statement has no Resource.");
  if (!any_match(resources, vault_arn)) {
    return errors::invalid("Invalid policy: the Resource is not the vault.");
  }
  const auto condition = statement.find("Condition");
  return condition == statement.end() ? Result<void>() : check_conditions(condition->dump());
}

bool has_effect(std::string_view policy, const PolicyCall& call, std::string_view effect) {
  const json document = json::parse(policy, nullptr, false);
  if (!document.is_object()) return false;
  for (const json& statement : statements_of(document)) {
    if (statement.value("Effect", "") == effect && applies(statement, call)) return true;
  }
  return false;
}

}  // namespace

Result<void> check_policy_document(const std::optional<std::string>& text,
                                   std::string_view vault_arn) {
  if (!text || text->empty()) return errors::missing("Policy");
  if (text->size() > kPolicyBytesMax) {
    return errors::invalid("Invalid policy: it is larger than 20 KB.");
  }
  const json policy = json::parse(*text, nullptr, false);
  if (!policy.is_object()) return errors::invalid("Invalid policy: it is not a JSON object.");
  const auto statements = statements_of(policy);
  if (statements.empty()) return errors::invalid("Invalid policy: it has no Statement.");
  for (const json& statement : statements) CUMULITE_TRY(check_statement(statement, vault_arn));
  return {};
}

bool denies(std::string_view policy, const PolicyCall& call) {
  return has_effect(policy, call, "Deny");
}

bool allows(std::string_view policy, const PolicyCall& call) {
  return has_effect(policy, call, "Allow");
}

}  // namespace cumulite::glacier
