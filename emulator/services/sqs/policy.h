#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sqs/queue_config.h"
#include "protocol/result.h"

/// Access policies of queues: AddPermission's and RemovePermission's statements, and their meaning
/// in `--auth=enforce`.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
namespace cumulite::sqs {

struct Permission {
  std::string label;
  std::vector<std::string> account_ids;
  std::vector<std::string> actions;  ///< "SendMessage", or "*".
};

/// The policy text with the permission's statement added. `policy` may be empty.
/// Errors: InvalidParameterValue if the label is there already.
Result<std::string> with_permission(const QueueConfig& queue, const Permission& permission);
/// The policy text without the statement of that label; empty when none is left.
/// Errors: InvalidParameterValue if there is none.
Result<std::string> without_permission(const QueueConfig& queue, std::string_view label);

/// Whether the caller may do `action` to the queue: always, but in `--auth=enforce` the owner
/// unless a statement denies it, others if one allows it and none denies it.
bool may_access(const Context& ctx, const QueueConfig& queue, std::string_view action);
/// Whether another service of that account may send to the queue: only if its policy says so.
bool may_deliver(const DeliverySource& from, std::string_view account, const QueueConfig& queue);

}  // namespace cumulite::sqs
