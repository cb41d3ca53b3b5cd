#include "emulator/services/glacier/ids.h"

#include <cstring>

#include "emulator/core/ids.h"
#include "protocol/codec/base64.h"

namespace cumulite::glacier::ids {

namespace {

constexpr std::size_t kArchiveBytes = 103;
constexpr std::size_t kJobBytes = 69;
constexpr std::size_t kShortBytes = 18;

std::string make(std::size_t size, std::int64_t created_ms) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>(cumulite::ids::random_u64());
  }
  std::uint64_t mask = 0;
  std::memcpy(&mask, bytes.data(), sizeof(mask));
  const std::uint64_t hidden = static_cast<std::uint64_t>(created_ms) ^ mask;
  std::memcpy(bytes.data() + sizeof(mask), &hidden, sizeof(hidden));
  return codec::base64url_encode(bytes);
}

}  // namespace

std::string archive_id(std::int64_t created_ms) {
  return make(kArchiveBytes, created_ms);
}

std::string job_id(std::int64_t created_ms) {
  return make(kJobBytes, created_ms);
}

std::string upload_id(std::int64_t created_ms) {
  return make(kJobBytes, created_ms);
}

std::string short_id() {
  return cumulite::ids::random_base64url(kShortBytes);
}

std::optional<std::int64_t> time_of(std::string_view id) {
  const auto bytes = codec::base64url_decode(id);
  if (!bytes || (bytes->size() != kArchiveBytes && bytes->size() != kJobBytes)) return std::nullopt;
  std::uint64_t mask = 0;
  std::uint64_t hidden = 0;
  std::memcpy(&mask, bytes->data(), sizeof(mask));
  std::memcpy(&hidden, bytes->data() + sizeof(mask), sizeof(hidden));
  return static_cast<std::int64_t>(hidden ^ mask);
}

}  // namespace cumulite::glacier::ids
