#include "emulator/services/dynamodb/policy/policy_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/policy/policy.h"
#include "emulator/services/dynamodb/errors.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kPolicyBytesMax = 20 * 1024;
/// The Version of documents that say none.
constexpr std::string_view kVersionImplied = "2008-10-17";

/// A list of one element may be written as the element.
void make_policy_list(nlohmann::json& holder, std::string_view member) {
  const auto found = holder.find(member);
  if (found != holder.end() && !found->is_array()) *found = nlohmann::json::array({*found});
}

/// A bare account id means the account's root.
void name_accounts(nlohmann::json& principals) {
  for (auto& principal : principals) {
    if (!principal.is_string()) continue;
    const auto& name = principal.get_ref<const std::string&>();
    if (is_account_id(name)) principal = "arn:aws:iam::" + name + ":root";
  }
}

/// An effect is taken in small letters too.
void name_effect(nlohmann::json& effect) {
  if (effect == "allow") effect = "Allow";
  if (effect == "deny") effect = "Deny";
}

Error invalid_policy(std::string_view detail) {
  return errors::invalid_parameter(fmt::format("Invalid policy document: {}", detail));
}

/// What every statement says; the service looks for it in this order.
Result<void> check_statement(const nlohmann::json& statement) {
  const auto has = [&](std::string_view member, std::string_view negated) {
    return statement.contains(member) || statement.contains(negated);
  };
  const auto missing = [](std::string_view member) {
    return invalid_policy(fmt::format("Missing required field {}", member));
  };
  if (!statement.is_object()) return invalid_policy("This policy contains invalid Json");
  if (!statement.contains("Effect")) return missing("Effect");
  if (!has("Principal", "NotPrincipal")) return missing("Principal");
  if (!has("Action", "NotAction")) return missing("Action");
  if (!has("Resource", "NotResource")) return missing("Resource");
  return {};
}

/// Ids of statements are told apart.
Result<void> check_ids(const nlohmann::json& statements) {
  std::vector<std::string> ids;
  for (const auto& statement : statements) {
    if (!statement.contains("Sid") || !statement["Sid"].is_string()) continue;
    auto id = statement["Sid"].get<std::string>();
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
      return invalid_policy("The Statement Ids in the policy are not unique");
    }
    ids.push_back(std::move(id));
  }
  return {};
}

/// Nothing is granted to everybody without a condition.
Result<void> check_bounds(std::string_view policy) {
  if (!is_public_policy(std::string(policy))) return {};
  return errors::validation(
      "Resource-based policy grants unbounded access in one or more elements. Please revise the "
      "policy to ensure least-privilege form of access");
}

/// A list of one element as the element; of a list's equal elements one is left where `merge`.
nlohmann::json shortest(const nlohmann::json& list, bool merge) {
  if (!list.is_array()) return list;
  auto out = nlohmann::json::array();
  for (const auto& element : list) {
    if (merge && std::find(out.begin(), out.end(), element) != out.end()) continue;
    out.push_back(element);
  }
  return out.size() == 1 ? out.front() : out;
}

void append_member(std::string_view name, const nlohmann::json& value, std::string& out) {
  out += fmt::format("{}\"{}\":{}", out.back() == '{' ? "" : ",", name, value.dump());
}

std::string render_statement(const nlohmann::json& statement) {
  std::string out = "{";
  for (const auto* name : {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
                           "Resource", "NotResource", "Condition"}) {
    const auto member = statement.find(name);
    if (member == statement.end()) continue;
    auto value = shortest(*member, false);
    if (value.is_object() && value.contains("AWS") && std::string_view(name) != "Condition") {
      value["AWS"] = shortest(value["AWS"], true);
    }
    append_member(name, value, out);
  }
  return out + "}";
}

}  // namespace

nlohmann::json canonical_policy(std::string_view policy) {
  auto document = nlohmann::json::parse(policy, nullptr, false);
  if (!document.is_object()) return document;
  make_policy_list(document, "Statement");
  for (auto& statement : document["Statement"]) {
    if (!statement.is_object()) continue;
    if (statement.contains("Effect")) name_effect(statement["Effect"]);
    for (const auto* member : {"Action", "NotAction", "Resource", "NotResource"}) {
      make_policy_list(statement, member);
    }
    const auto principal = statement.find("Principal");
    if (principal == statement.end() || !principal->is_object()) continue;
    make_policy_list(*principal, "AWS");
    if (principal->contains("AWS")) name_accounts((*principal)["AWS"]);
  }
  return document;
}

Result<void> check_policy(std::string_view policy) {
  if (policy.size() > kPolicyBytesMax) {
    return errors::invalid_parameter(
        fmt::format("Maximum policy size of {} bytes exceeded", kPolicyBytesMax));
  }
  const auto document = nlohmann::json::parse(policy, nullptr, false);
  if (document.is_null()) return invalid_policy("This text appears not to be a policy");
  if (!document.is_object()) return invalid_policy("This policy contains invalid Json");
  if (!document.contains("Statement")) return invalid_policy("Syntax error at position (1,3)");
  const auto& statement = document["Statement"];
  if (statement.is_object()) {
    CUMULITE_TRY(check_statement(statement));
    return check_bounds(policy);
  }
  if (statement.empty()) return invalid_policy("Could not parse the policy: Statement is empty!");
  for (const auto& one : statement) CUMULITE_TRY(check_statement(one));
  CUMULITE_TRY(check_ids(statement));
  return check_bounds(policy);
}

std::string render_policy(std::string_view policy) {
  const auto document = canonical_policy(policy);
  if (!document.is_object()) return std::string(policy);
  std::string out = "{";
  const auto version = document.find("Version");
  append_member("Version", version == document.end() ? nlohmann::json(kVersionImplied) : *version,
                out);
  if (document.contains("Id")) append_member("Id", document["Id"], out);
  out += ",\"Statement\":[";
  for (const auto& statement : document["Statement"]) {
    if (out.back() != '[') out += ',';
    out += render_statement(statement);
  }
  return out + "]}";
}

bool locks_out(std::string_view policy, std::string_view resource_arn, std::string_view account) {
  PolicyQuestion asked;
  asked.action = "dynamodb:PutResourcePolicy";
  asked.resource = resource_arn;
  asked.account = account;
  asked.values = [](std::string_view) { return std::vector<std::string>{}; };
  return ask_policy(std::string(policy), asked) == PolicyAnswer::kDeny;
}

}  // namespace cumulite::dynamodb
