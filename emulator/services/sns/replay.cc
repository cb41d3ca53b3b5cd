#include "emulator/services/sns/replay.h"

#include <nlohmann/json.hpp>

#include "emulator/services/sns/errors.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {

Result<void> check_replay_policy(std::string_view policy, const Subscription& subscription) {
  const auto document = nlohmann::json::parse(policy, nullptr, false);
  if (!document.is_object()) return errors::invalid("ReplayPolicy: failed to parse JSON.");
  if (!subscription.topic_arn.ends_with(".fifo")) {
    return errors::invalid("ReplayPolicy is only supported for FIFO topics");
  }
  if (document.value("PointType", "") != "Timestamp") {
    return errors::invalid("ReplayPolicy: PointType must be Timestamp");
  }
  const auto start = codec::parse_iso8601(document.value("StartingPoint", ""));
  if (!start) return errors::invalid("ReplayPolicy: StartingPoint is not a timestamp");
  if (document.contains("EndingPoint")) {
    const auto end = codec::parse_iso8601(document.value("EndingPoint", ""));
    if (!end || end->ms <= start->ms) {
      return errors::invalid("ReplayPolicy: EndingPoint must be later than StartingPoint");
    }
  }
  return {};
}

}  // namespace cumulite::sns
