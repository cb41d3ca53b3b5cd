#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
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
Result<std::string> add_permission(const QueueConfig& queue, const Permission& permission);
/// The policy text without the statement of that label; empty when none is left.
/// Errors: InvalidParameterValue if there is none.
Result<std::string> remove_permission(const QueueConfig& queue, std::string_view label);

/// Whether the caller may do `action` to the queue. The owner may unless a statement denies it;
/// others may if a statement allows it and none denies it. Conditions are not evaluated: a
/// statement with a condition never allows and always denies when the rest matches.
bool may_access(const Caller& caller, const QueueConfig& queue, std::string_view action);

}  // namespace cumulite::sqs
