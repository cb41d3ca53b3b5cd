#include "emulator/services/sqs/policy.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/services/sqs/errors.h"

namespace cumulite::sqs {
namespace {

using json = nlohmann::ordered_json;

json read_policy(const QueueConfig& queue) {
  json policy = json::parse(queue.policy, nullptr, false);
  if (policy.is_object()) return policy;
  return {{"Version", "2008-10-17"},
          {"Id", queue.arn() + "/SQSDefaultPolicy"},
          {"Statement", json::array()}};
}

// A single statement, action or principal may stand without its list.
std::vector<json> as_list(const json& value) {
  if (value.is_null()) return {};
  if (value.is_array()) return {value.begin(), value.end()};
  return {value};
}

std::vector<json> member_list(const json& object, const char* name) {
  return object.is_object() && object.contains(name) ? as_list(object[name]) : std::vector<json>();
}

// '*' and '?' as policies use them.
bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return result;
}

bool is_action(const json& statement, std::string_view action) {
  // A permission for an action covers its batch version.
  std::string name = lower(action);
  if (name.ends_with("batch")) name.resize(name.size() - 5);
  const auto actions = member_list(statement, "Action");
  return std::any_of(actions.begin(), actions.end(), [&](const json& pattern) {
    return pattern.is_string() &&
           (pattern == "*" || matches_wildcard(lower(pattern.get<std::string>()), "sqs:" + name));
  });
}

bool is_principal(const json& statement, const Caller& caller) {
  if (!statement.contains("Principal")) return false;
  const json& principal = statement["Principal"];
  if (principal == "*") return true;
  for (const json& name : member_list(principal, "AWS")) {
    if (!name.is_string()) continue;
    const auto text = name.get<std::string>();
    if (text == "*") return true;
    if (caller.anonymous) continue;
    if (text == caller.account_id || text.find(":" + caller.account_id + ":") != text.npos) {
      return true;
    }
  }
  return false;
}

bool is_resource(const json& statement, std::string_view arn) {
  const auto resources = member_list(statement, "Resource");
  if (resources.empty()) return true;
  return std::any_of(resources.begin(), resources.end(), [&](const json& pattern) {
    return pattern.is_string() && matches_wildcard(pattern.get<std::string>(), arn);
  });
}

}  // namespace

Result<std::string> add_permission(const QueueConfig& queue, const Permission& permission) {
  json policy = read_policy(queue);
  json statements = json::array();
  for (json& statement : member_list(policy, "Statement")) {
    if (statement.is_object() && statement.value("Sid", "") == permission.label) {
      return errors::invalid_value(permission.label, "Label", "Already exists.");
    }
    statements.push_back(std::move(statement));
  }
  json principals = json::array();
  for (const std::string& account : permission.account_ids) {
    principals.push_back(fmt::format("arn:aws:iam::{}:root", account));
  }
  json actions = json::array();
  for (const std::string& action : permission.actions) {
    actions.push_back(fmt::format("SQS:{}", action));
  }
  // A list of one stands without its brackets in what AWS shows.
  const auto shown = [](const json& list) { return list.size() == 1 ? list[0] : list; };
  statements.push_back({{"Sid", permission.label},
                        {"Effect", "Allow"},
                        {"Principal", {{"AWS", shown(principals)}}},
                        {"Action", shown(actions)},
                        {"Resource", queue.arn()}});
  policy["Statement"] = std::move(statements);
  return policy.dump();
}

Result<std::string> remove_permission(const QueueConfig& queue, std::string_view label) {
  json policy = read_policy(queue);
  json kept = json::array();
  bool found = false;
  for (json& statement : member_list(policy, "Statement")) {
    if (statement.is_object() && statement.value("Sid", "") == label) {
      found = true;
    } else {
      kept.push_back(std::move(statement));
    }
  }
  if (!found) return errors::invalid_value(label, "Label", "can't find label.");
  if (kept.empty()) return std::string();
  policy["Statement"] = std::move(kept);
  return policy.dump();
}

bool may_access(const Caller& caller, const QueueConfig& queue, std::string_view action) {
  bool allowed = !caller.anonymous && caller.account_id == queue.account;
  if (queue.policy.empty()) return allowed;
  const json policy = json::parse(queue.policy, nullptr, false);
  if (!policy.is_object()) return allowed;
  for (const json& statement : member_list(policy, "Statement")) {
    if (!statement.is_object() || !is_action(statement, action) ||
        !is_principal(statement, caller) || !is_resource(statement, queue.arn())) {
      continue;
    }
    if (statement.value("Effect", "") == "Deny") return false;
    if (!statement.contains("Condition")) allowed = true;
  }
  return allowed;
}

}  // namespace cumulite::sqs
