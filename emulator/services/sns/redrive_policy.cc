#include "emulator/services/sns/redrive_policy.h"

#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/errors.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {

std::string dead_letter_target(std::string_view text) {
  const auto policy = nlohmann::json::parse(text, nullptr, false);
  if (!policy.is_object()) return {};
  const auto target = policy.find("deadLetterTargetArn");
  return target != policy.end() && target->is_string() ? target->get<std::string>() : "";
}

Result<void> check_redrive_policy(std::string_view text, std::string_view topic_arn,
                                  std::string_view endpoint) {
  const auto policy = nlohmann::json::parse(text, nullptr, false);
  if (!policy.is_object()) return errors::invalid("RedrivePolicy: failed to parse JSON.");
  const std::string target = dead_letter_target(text);
  if (!is_arn_of(target, "sqs")) {
    return errors::invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  }
  if (topic_arn.ends_with(".fifo") && endpoint.ends_with(".fifo") && !target.ends_with(".fifo")) {
    return errors::invalid(
        "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.");
  }
  return {};
}

}  // namespace cumulite::sns
