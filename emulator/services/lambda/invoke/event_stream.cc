#include "emulator/services/lambda/invoke/event_stream.h"

#include <cstdint>

#include "protocol/checksum/checksum.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

void append_header(std::string_view name, std::string_view value, std::string& out) {
  constexpr char kText = 7;
  out += static_cast<char>(name.size());
  out += name;
  out += kText;
  out += static_cast<char>(value.size() >> 8);
  out += static_cast<char>(value.size() & 0xff);
  out += value;
}

}  // namespace

void append_event(std::string_view type, std::string_view content_type, std::string_view payload,
                  std::string& out) {
  constexpr std::size_t kFramingBytes = 16;  // Two lengths and two checksums.
  std::string headers;
  append_header(":event-type", type, headers);
  append_header(":content-type", content_type, headers);
  append_header(":message-type", "event", headers);
  std::string message;
  storage::append_u32(message,
                      static_cast<std::uint32_t>(headers.size() + payload.size() + kFramingBytes));
  storage::append_u32(message, static_cast<std::uint32_t>(headers.size()));
  message += checksum::digest(checksum::Algorithm::kCrc32, message);
  message += headers;
  message += payload;
  message += checksum::digest(checksum::Algorithm::kCrc32, message);
  out += message;
}

}  // namespace cumulite::lambda
