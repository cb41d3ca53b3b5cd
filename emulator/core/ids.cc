#include "emulator/core/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "protocol/codec/base64.h"

namespace cumulite::ids {
namespace {

/// xoshiro256**: a nanosecond a number and no lock, as every request takes several. Its numbers are
/// unique, not secret: nothing here is used as a key.
class Generator {
 public:
  Generator() {
    // A short read leaves zeros only in part; all zeros is the one state that must not be.
    if (getrandom(state_.data(), sizeof(state_), 0) != sizeof(state_)) std::abort();
    state_[0] |= 1;
  }

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  std::array<std::uint64_t, 4> state_ = {};
};

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// `characters` digits of an alphabet of a power of two or less than 64 letters, ten a number.
std::string random_text(std::size_t characters, std::string_view alphabet) {
  constexpr std::size_t kDigitsOfNumber = 10;
  std::string text(characters, '\0');
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < characters; ++i) {
    if (i % kDigitsOfNumber == 0) number = random_u64();
    text[i] = alphabet[number % alphabet.size()];
    number /= alphabet.size();
  }
  return text;
}

}  // namespace

std::uint64_t random_u64() {
  thread_local Generator generator;
  return generator.next();
}

std::string uuid() {
  std::array<std::uint64_t, 2> halves = {random_u64(), random_u64()};
  std::array<unsigned char, 16> bytes = {};
  std::memcpy(bytes.data(), halves.data(), bytes.size());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  std::string text(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    text[at++] = kHexDigits[bytes[i] >> 4];
    text[at++] = kHexDigits[bytes[i] & 0x0F];
  }
  return text;
}

std::string random_hex(std::size_t characters) {
  return random_text(characters, kHexDigits);
}

std::string random_alphanumeric_upper(std::size_t characters) {
  return random_text(characters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

std::string random_base64url(std::size_t bytes) {
  std::string raw(bytes, '\0');
  for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t number = random_u64();
    std::memcpy(raw.data() + i, &number, std::min(sizeof(number), bytes - i));
  }
  return codec::base64url_encode(raw);
}

}  // namespace cumulite::ids
