#pragma once

#include <optional>
#include <string>

#include "emulator/services/sns/message.h"
#include "emulator/services/sns/sns_api.h"
#include "protocol/result.h"

/// What Publish and the entries of PublishBatch have in common, checked as SNS checks it.
namespace cumulite::sns {

inline constexpr std::size_t kMessageBytesMax = 256 * 1024;

struct MessageInput {
  const std::optional<std::string>& message;
  const std::optional<std::string>& subject;
  const std::optional<std::string>& structure;
  const std::optional<model::Map<api::MessageAttributeValue>>& attributes;
  const std::optional<std::string>& group_id;
  const std::optional<std::string>& deduplication_id;
  bool needs_default = true;  ///< Of a MessageStructure "json".
};

/// The message with an id, not yet of a topic.
/// Errors: InvalidParameter, ParameterValueInvalid.
Result<Message> read_message(const MessageInput& input, std::int64_t now_ms);

/// Bytes that count against the limit: text, subject, and attributes' names, types and values.
std::size_t message_bytes(const Message& message);

}  // namespace cumulite::sns
