#include "emulator/functions/iso_time.h"

#include "protocol/codec/timestamp.h"

namespace cumulite::functions {

std::string iso_time(std::int64_t unix_ms) {
  std::string text;
  codec::append_iso8601({unix_ms}, true, text);
  return text;
}

std::string lambda_time(std::int64_t unix_ms) {
  auto text = iso_time(unix_ms);
  text.pop_back();
  return text + "+0000";
}

}  // namespace cumulite::functions
