#pragma once

#include <string_view>

#include "emulator/services/sns/service.h"
#include "protocol/result.h"

/// Replays of archived messages to one subscription of a FIFO topic.
/// https://docs.aws.amazon.com/sns/latest/dg/message-replay-subscriber.html
namespace cumulite::sns {

/// {"PointType": "Timestamp", "StartingPoint": TIME, "EndingPoint": TIME}.
/// Errors: InvalidParameter with the text after its first words.
Result<void> check_replay_policy(std::string_view policy, const Subscription& subscription);

}  // namespace cumulite::sns
