#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/policy.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_rules.h"

namespace cumulite::sqs {
namespace {

constexpr std::size_t kLabelBytesMax = 80;
constexpr std::size_t kActionsMax = 7;

constexpr std::string_view kActions[] = {
    "*",           "ChangeMessageVisibility",    "DeleteMessage", "GetQueueAttributes",
    "GetQueueUrl", "ListDeadLetterSourceQueues", "PurgeQueue",    "ReceiveMessage",
    "SendMessage",
};

Result<void> check_label(const std::optional<std::string>& label) {
  if (!label || label->empty()) return errors::missing_parameter("Label");
  const bool valid =
      label->size() <= kLabelBytesMax && std::all_of(label->begin(), label->end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
      });
  if (valid) return {};
  return errors::invalid_value(*label, "Label",
                               "Can only include alphanumeric characters, hyphens, or "
                               "underscores. 1 to 80 in length.");
}

Result<void> check_actions(const std::vector<std::string>& actions) {
  if (actions.size() > kActionsMax) {
    return Error{"OverLimit",
                 fmt::format("{} Actions were found, maximum allowed is 7.", actions.size()), 403};
  }
  for (const std::string& action : actions) {
    if (std::find(std::begin(kActions), std::end(kActions), action) != std::end(kActions)) continue;
    return errors::invalid_value("SQS:" + action, "ActionName",
                                 "Please refer to the appropriate WSDL for a list of valid "
                                 "actions. ");
  }
  return {};
}

Result<void> check_accounts(const std::vector<std::string>& accounts) {
  for (const std::string& account : accounts) {
    if (is_account_id(account)) continue;
    return errors::invalid_value(fmt::format("[{}]", account), "PrincipalId", "Unable to verify.");
  }
  return {};
}

}  // namespace

Result<Unit> add_permission(Context& ctx, const api::AddPermissionRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "AddPermission");
  if (!queue.ok()) return std::move(queue).error();
  CUMULITE_TRY(check_label(req.Label));
  if (!req.AWSAccountIds || req.AWSAccountIds->empty()) {
    return errors::missing_parameter("AWSAccountIds");
  }
  if (!req.Actions || req.Actions->empty()) return errors::missing_parameter("Actions");
  CUMULITE_TRY(check_actions(*req.Actions));
  CUMULITE_TRY(check_accounts(*req.AWSAccountIds));
  const Permission permission = {*req.Label, *req.AWSAccountIds, *req.Actions};
  auto changed =
      change_definition(ctx.env.store, **queue, [&](QueueConfig& config) -> Result<void> {
        auto policy = with_permission(config, permission);
        if (!policy.ok()) return std::move(policy).error();
        config.policy = std::move(*policy);
        return {};
      });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

Result<Unit> remove_permission(Context& ctx, const api::RemovePermissionRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "RemovePermission");
  if (!queue.ok()) return std::move(queue).error();
  CUMULITE_TRY(check_label(req.Label));
  auto changed =
      change_definition(ctx.env.store, **queue, [&](QueueConfig& config) -> Result<void> {
        auto policy = without_permission(config, *req.Label);
        if (!policy.ok()) return std::move(policy).error();
        config.policy = std::move(*policy);
        return {};
      });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

}  // namespace cumulite::sqs
