#include "emulator/services/dynamodb/paging.h"

#include <charconv>

#include <fmt/format.h>

namespace cumulite::dynamodb {
namespace {

// 16 digits for each 8 bytes, at least 112 digits.
constexpr std::size_t kGroupBytes = 8;
constexpr std::size_t kBytesMin = 56;

}  // namespace

std::string render_next_token(std::string_view row_key) {
  // The key ends with a part's end mark, so zeros behind it can be told from it.
  std::string bytes(row_key);
  while (bytes.size() < kBytesMin || bytes.size() % kGroupBytes != 0) bytes += '\0';
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::optional<std::string> parse_next_token(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i + 1 < token.size(); i += 2) {
    unsigned value = 0;
    const auto parsed = std::from_chars(token.data() + i, token.data() + i + 2, value, 16);
    if (parsed.ec != std::errc{} || parsed.ptr != token.data() + i + 2) return std::nullopt;
    out += static_cast<char>(value);
  }
  while (!out.empty() && out.back() == '\0') out.pop_back();
  return out;
}

}  // namespace cumulite::dynamodb
