#include "emulator/services/sqs/policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/policy/policy.h"
#include "emulator/core/policy/request_values.h"
#include "emulator/services/sqs/errors.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sqs {
namespace {

using nlohmann::ordered_json;

ordered_json read_policy(const QueueConfig& queue) {
  ordered_json policy = ordered_json::parse(queue.policy, nullptr, false);
  if (policy.is_object()) return policy;
  return {{"Version", "2008-10-17"},
          {"Id", queue.arn() + "/SQSDefaultPolicy"},
          {"Statement", ordered_json::array()}};
}

// A single statement, action or principal may stand without its list.
std::vector<ordered_json> as_list(const ordered_json& value) {
  if (value.is_null()) return {};
  if (value.is_array()) return {value.begin(), value.end()};
  return {value};
}

std::vector<ordered_json> member_list(const ordered_json& object, const char* name) {
  return object.is_object() && object.contains(name) ? as_list(object[name])
                                                     : std::vector<ordered_json>();
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return result;
}

}  // namespace

Result<std::string> with_permission(const QueueConfig& queue, const Permission& permission) {
  ordered_json policy = read_policy(queue);
  ordered_json statements = ordered_json::array();
  for (ordered_json& statement : member_list(policy, "Statement")) {
    if (statement.is_object() && statement.value("Sid", "") == permission.label) {
      return errors::invalid_value(permission.label, "Label", "Already exists.");
    }
    statements.push_back(std::move(statement));
  }
  ordered_json principals = ordered_json::array();
  for (const std::string& account : permission.account_ids) {
    principals.push_back(fmt::format("arn:aws:iam::{}:root", account));
  }
  ordered_json actions = ordered_json::array();
  for (const std::string& action : permission.actions) {
    actions.push_back(fmt::format("SQS:{}", action));
  }
  // A list of one stands without its brackets in what AWS shows.
  const auto shown = [](const ordered_json& list) { return list.size() == 1 ? list[0] : list; };
  statements.push_back({{"Sid", permission.label},
                        {"Effect", "Allow"},
                        {"Principal", {{"AWS", shown(principals)}}},
                        {"Action", shown(actions)},
                        {"Resource", queue.arn()}});
  policy["Statement"] = std::move(statements);
  return policy.dump();
}

Result<std::string> without_permission(const QueueConfig& queue, std::string_view label) {
  ordered_json policy = read_policy(queue);
  ordered_json kept = ordered_json::array();
  bool found = false;
  for (ordered_json& statement : member_list(policy, "Statement")) {
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

bool may_access(const Context& ctx, const QueueConfig& queue, std::string_view action) {
  if (ctx.env.settings.auth != AuthMode::kEnforce) return true;
  const Caller& caller = ctx.caller;
  const bool is_owner = !caller.anonymous && caller.account_id == queue.account;
  if (queue.policy.empty()) return is_owner;
  // A permission for an action covers its batch version.
  constexpr std::string_view kBatch = "Batch";
  if (action.ends_with(kBatch)) action.remove_suffix(kBatch.size());
  PolicyQuestion asked;
  asked.action = fmt::format("sqs:{}", action);
  asked.resource = queue.arn();
  if (!caller.anonymous) asked.account = caller.account_id;
  asked.values = [&](std::string_view key) { return request_values(ctx, key); };
  const PolicyAnswer answer = ask_policy(queue.policy, asked);
  return answer == PolicyAnswer::kAllow || (is_owner && answer == PolicyAnswer::kNothing);
}

bool may_deliver(const DeliverySource& from, std::string_view account, const QueueConfig& queue) {
  PolicyQuestion asked;
  asked.action = "sqs:SendMessage";
  asked.resource = queue.arn();
  asked.service = from.service;
  asked.values = [&](std::string_view given) -> std::vector<std::string> {
    const std::string key = lower(given);
    if (key == "aws:sourcearn") return {from.arn};
    if (key == "aws:sourceaccount") return {std::string(account)};
    return {};
  };
  return ask_policy(queue.policy, asked) == PolicyAnswer::kAllow;
}

}  // namespace cumulite::sqs
