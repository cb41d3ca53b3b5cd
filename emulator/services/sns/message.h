#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/events/payloads.h"

namespace cumulite::sns {

/// A message that was accepted for a topic, an endpoint or a phone number.
struct Message {
  std::string id;
  std::string topic_arn;  ///< Empty for a direct message.
  std::string subject;    ///< Empty: none.
  std::string text;       ///< What a protocol without an own text gets.
  /// MessageStructure "json": texts by protocol.
  std::vector<std::pair<std::string, std::string>> texts = {};
  std::vector<DeliveredAttribute> attributes = {};
  std::string group_id = {};
  std::string deduplication_id = {};
  std::string sequence_number = {};  ///< FIFO topics.
  std::string trace_header = {};
  std::int64_t time_ms = 0;
  bool replayed = false;       ///< From the archive; not stored.
  std::string publisher = {};  ///< ARN of who published, or name of a service; not stored.

  const std::string& text_for(std::string_view protocol) const {
    for (const auto& [name, own] : texts) {
      if (name == protocol) return own;
    }
    return text;
  }
};

/// As a row (archive) or payload, and back. Throws storage::StorageError on damaged bytes.
std::string encode_message(const Message& message);
Message decode_message(std::string_view bytes);

}  // namespace cumulite::sns
