#include "emulator/core/policy/policy.h"

#include <algorithm>
#include <cctype>

#include "emulator/core/arn.h"
#include "emulator/core/policy/wildcards.h"
#include "protocol/codec/json_document.h"

namespace cumulite {
namespace {

using Json = nlohmann::json;

/// A text or a list of texts.
std::vector<std::string> texts(const Json& value) {
  std::vector<std::string> result;
  const auto add = [&](const Json& one) {
    if (one.is_string()) result.push_back(one.get<std::string>());
    if (one.is_boolean()) result.push_back(one.get<bool>() ? "true" : "false");
    if (one.is_number()) result.push_back(one.dump());
  };
  if (value.is_array()) {
    for (const Json& one : value) add(one);
  } else {
    add(value);
  }
  return result;
}

std::vector<Json> statements(const Json& policy) {
  if (!policy.is_object() || !policy.contains("Statement")) return {};
  const Json& statement = policy["Statement"];
  if (statement.is_array()) return statement.get<std::vector<Json>>();
  return {statement};
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_wildcards(pattern, text); });
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// "*", an account id, an ARN of the account's root, user or role.
bool names_caller(const std::string& principal, const PolicyQuestion& question) {
  if (principal == "*") return true;
  if (question.account.empty()) return false;
  if (is_account_id(principal)) return principal == question.account;
  const auto arn = parse_arn(principal);
  return arn && arn->account == question.account;
}

bool principal_matches(const Json& principal, const PolicyQuestion& question) {
  if (principal.is_string()) return principal.get<std::string>() == "*";
  if (!principal.is_object()) return false;
  if (principal.contains("AWS")) {
    for (const std::string& one : texts(principal["AWS"])) {
      if (names_caller(one, question)) return true;
    }
  }
  if (principal.contains("Service") && !question.service.empty()) {
    const auto services = texts(principal["Service"]);
    return std::find(services.begin(), services.end(), question.service) != services.end();
  }
  if (principal.contains("CanonicalUser") && !question.canonical_user_id.empty()) {
    const auto users = texts(principal["CanonicalUser"]);
    return std::find(users.begin(), users.end(), question.canonical_user_id) != users.end();
  }
  return false;
}

/// Puts values for policy variables: "${aws:userid}", "${s3:prefix}"; "${*}" is the character. A
/// text whose variable has no value in the request matches nothing, so it is left out.
std::vector<std::string> expanded(const std::vector<std::string>& patterns,
                                  const PolicyQuestion& question) {
  constexpr std::string_view kOpen = "${";
  std::vector<std::string> result;
  for (const std::string& pattern : patterns) {
    std::string out;
    std::string_view rest = pattern;
    bool is_known = true;
    for (std::size_t at = rest.find(kOpen); at != std::string_view::npos; at = rest.find(kOpen)) {
      const std::size_t close = rest.find('}', at);
      if (close == std::string_view::npos) break;
      out += rest.substr(0, at);
      const std::string_view name = rest.substr(at + kOpen.size(), close - at - kOpen.size());
      const auto values = name.size() == 1 || !question.values
                              ? std::vector<std::string>{std::string(name)}
                              : question.values(name);
      is_known = is_known && values.size() == 1;
      if (values.size() == 1) out += values.front();
      rest.remove_prefix(close + 1);
    }
    if (is_known) result.push_back(out.append(rest));
  }
  return result;
}

bool conditions_hold(const Json& statement, const PolicyQuestion& question) {
  if (!statement.contains("Condition")) return true;
  for (const auto& [operation, keys] : statement["Condition"].items()) {
    for (const auto& [key, expected] : keys.items()) {
      const auto wanted = expanded(texts(expected), question);
      if (!condition_holds(operation, wanted, question.values(key))) return false;
    }
  }
  return true;
}

bool action_matches(const Json& statement, const PolicyQuestion& question) {
  const auto matches = [&](const Json& actions) {
    const auto patterns = texts(actions);
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return matches_wildcards(lower(pattern), lower(question.action));
    });
  };
  if (statement.contains("Action")) return matches(statement["Action"]);
  return statement.contains("NotAction") && !matches(statement["NotAction"]);
}

bool resource_matches(const Json& statement, const PolicyQuestion& question) {
  if (statement.contains("Resource")) {
    return matches_any(expanded(texts(statement["Resource"]), question), question.resource);
  }
  return !statement.contains("NotResource") ||
         !matches_any(expanded(texts(statement["NotResource"]), question), question.resource);
}

bool applies(const Json& statement, const PolicyQuestion& question) {
  const bool principal = statement.contains("Principal")
                             ? principal_matches(statement["Principal"], question)
                             : statement.contains("NotPrincipal") &&
                                   !principal_matches(statement["NotPrincipal"], question);
  return principal && action_matches(statement, question) &&
         resource_matches(statement, question) && conditions_hold(statement, question);
}

}  // namespace

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  return matches_stars(pattern, text, [](char p, char t) { return p == '?' || p == t; });
}

PolicyAnswer ask_policy(const std::string& text, const PolicyQuestion& question) {
  PolicyAnswer answer = PolicyAnswer::kNothing;
  const Json policy = Json::parse(text, nullptr, false);
  if (policy.is_discarded()) return answer;
  for (const Json& statement : statements(policy)) {
    if (!applies(statement, question)) continue;
    if (statement.value("Effect", std::string()) == "Deny") return PolicyAnswer::kDeny;
    answer = PolicyAnswer::kAllow;
  }
  return answer;
}

bool is_public_policy(const std::string& text) {
  const Json policy = Json::parse(text, nullptr, false);
  if (policy.is_discarded()) return false;
  const auto all = statements(policy);
  return std::any_of(all.begin(), all.end(), [](const Json& statement) {
    if (statement.value("Effect", std::string()) != "Allow") return false;
    const PolicyQuestion anybody{{}, {}, {}, {}, {}};
    if (!statement.contains("Principal") || !principal_matches(statement["Principal"], anybody)) {
      return false;
    }
    // A condition on who or whence makes it no longer public.
    return !statement.contains("Condition") || statement["Condition"].empty();
  });
}

}  // namespace cumulite
