#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sqs/queue_config.h"
#include "protocol/result.h"

/// The two JSON attributes of dead-letter queues, and JSON helpers of the attributes.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
namespace cumulite::sqs {

/// What a RedriveAllowPolicy says.
struct RedriveAllowance {
  enum class Permission : std::uint8_t { kAllowAll, kDenyAll, kByQueue };
  Permission permission = Permission::kAllowAll;
  std::vector<std::string> source_arns = {};

  bool allows(std::string_view source_arn) const;
};

/// Checks a RedrivePolicy as SetQueueAttributes does, but for what the other queue says.
/// Errors: InvalidParameterValue.
Result<RedriveTarget> read_redrive_policy(std::string_view text);
/// The target of a stored RedrivePolicy; nullopt if there is none.
std::optional<RedriveTarget> parse_redrive_target(std::string_view text);

/// Checks a RedriveAllowPolicy. Errors: InvalidParameterValue.
Result<RedriveAllowance> read_redrive_allow_policy(std::string_view text);

/// Whether the text is a JSON object.
bool is_json_object(std::string_view text);
/// Whether both texts are the same JSON value, or equal texts.
bool is_same_json(std::string_view left, std::string_view right);

}  // namespace cumulite::sqs
