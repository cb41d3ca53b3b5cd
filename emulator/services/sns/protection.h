#pragma once

#include <vector>

#include "emulator/events/captured.h"
#include "emulator/services/sns/message.h"
#include "emulator/services/sns/service.h"
#include "protocol/result.h"

/// A topic's data protection policy, applied to what is published to it.
namespace cumulite::sns {

/// Masks and redacts in the message what the policy says of its publisher, and returns the reports
/// of the audit, to be captured (channel "audit") in the transaction of the publish.
/// Errors: AuthorizationError when the policy denies the message.
Result<std::vector<CapturedMessage>> protect_inbound(Topic& topic, Message& message);

}  // namespace cumulite::sns
