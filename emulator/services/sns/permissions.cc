#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/topic_attributes.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kActions[] = {
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "ListSubscriptionsByTopic",
    "Subscribe",
    "Publish",
    "Unsubscribe",
    "Receive",
    "*",
};

ordered_json editable_policy(const TopicConfig& config) {
  ordered_json policy = ordered_json::parse(config.attribute("Policy"), nullptr, false);
  if (policy.is_object()) return policy;
  return ordered_json::parse(default_topic_policy(config));
}

bool has_label(const ordered_json& statement, const std::string& label) {
  return statement.is_object() && statement.value("Sid", "") == label;
}

// A list of one stands without its brackets in what AWS shows.
ordered_json shown(const ordered_json& list) {
  return list.size() == 1 ? list[0] : list;
}

Result<ordered_json> new_statement(const api::AddPermissionInput& req, const TopicConfig& config) {
  ordered_json actions = ordered_json::array();
  for (const std::string& action : *req.ActionName) {
    if (std::find(std::begin(kActions), std::end(kActions), action) == std::end(kActions)) {
      return errors::invalid_parameter("Policy statement action out of service scope!");
    }
    actions.push_back("SNS:" + action);
  }
  ordered_json principals = ordered_json::array();
  for (const std::string& account : *req.AWSAccountId) {
    principals.push_back(fmt::format("arn:aws:iam::{}:root", account));
  }
  return ordered_json{{"Sid", *req.Label},
                      {"Effect", "Allow"},
                      {"Principal", {{"AWS", shown(principals)}}},
                      {"Action", shown(actions)},
                      {"Resource", config.arn()}};
}

}  // namespace

Result<Unit> add_permission(Context& ctx, const api::AddPermissionInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn));
  if (!req.Label || req.Label->empty()) return errors::no_value("Label");
  if (!req.AWSAccountId || req.AWSAccountId->empty())
    return errors::validation_null("aWSAccountId");
  if (!req.ActionName || req.ActionName->empty()) return errors::validation_null("actionName");
  CUMULITE_TRY(
      change_topic(service_of(ctx), topic, [&](storage::Txn&, TopicConfig& config) -> Result<void> {
        ordered_json policy = editable_policy(config);
        ordered_json& statements = policy["Statement"];
        if (!statements.is_array()) statements = ordered_json::array({statements});
        for (const ordered_json& statement : statements) {
          if (has_label(statement, *req.Label)) {
            return errors::invalid_parameter("Statement already exists");
          }
        }
        CUMULITE_ASSIGN(ordered_json statement, new_statement(req, config));
        statements.push_back(std::move(statement));
        set_attribute(config.attributes, "Policy", policy.dump());
        return {};
      }));
  return Unit{};
}

Result<Unit> remove_permission(Context& ctx, const api::RemovePermissionInput& req) {
  CUMULITE_ASSIGN(const TopicPointer topic, find_topic(ctx, req.TopicArn));
  if (!req.Label || req.Label->empty()) return errors::no_value("Label");
  CUMULITE_TRY(
      change_topic(service_of(ctx), topic, [&](storage::Txn&, TopicConfig& config) -> Result<void> {
        ordered_json policy = editable_policy(config);
        ordered_json kept = ordered_json::array();
        for (const ordered_json& statement : policy["Statement"]) {
          if (!has_label(statement, *req.Label)) kept.push_back(statement);
        }
        policy["Statement"] = std::move(kept);
        set_attribute(config.attributes, "Policy", policy.dump());
        return {};
      }));
  return Unit{};
}

}  // namespace cumulite::sns
