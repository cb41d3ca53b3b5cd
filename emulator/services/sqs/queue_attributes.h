#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sqs/queue_config.h"
#include "emulator/services/sqs/queue_index.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"

/// The attributes of queues by name: their limits, defaults and texts.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
namespace cumulite::sqs {

using Attributes = model::Map<std::string>;

/// Whether a request's attributes ask for a FIFO queue. Errors: InvalidAttributeName for "false",
/// as SQS answers.
Result<bool> asks_for_fifo(const Attributes& attributes);

enum class AttributeUse : std::uint8_t { kCreate, kSet };

/// Writes the attributes into the definition, whose `fifo` is decided already. What a redrive
/// policy says of another queue is not looked at here.
/// Errors: InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue.
Result<void> apply_attributes(const Attributes& attributes, AttributeUse use, QueueConfig& config);

/// Text of an attribute that the definition holds; nullopt if it is not set (or not this queue
/// type's), or is none of the definition's.
std::optional<std::string> attribute_text(const QueueConfig& config, std::string_view name);
/// All names that GetQueueAttributes knows, in its order, but All.
const std::vector<std::string_view>& attribute_names();
/// Name of the first given attribute whose value differs between two definitions.
std::optional<std::string> first_difference(const Attributes& given, const QueueConfig& left,
                                            const QueueConfig& right);

/// A text that answers leave out when it is empty.
inline std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace cumulite::sqs
