#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// SHA-256 and HMAC-SHA-256 over short texts without any allocation or look-up.
namespace cumulite::sigv4 {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest sha256(std::string_view text);
/// Appends 64 lower-case hexadecimal digits.
void append_hex(std::string& out, const Sha256Digest& digest);
std::string_view as_text(const Sha256Digest& digest);

/// A key of HMAC-SHA-256 with both of its padded blocks hashed already, so that signing costs only
/// the text and one block more. Cheap to copy.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  Sha256Digest sign(std::string_view text) const;

 private:
  using State = std::array<std::uint32_t, 8>;

  State inner_{};
  State outer_{};
};

/// HMAC-SHA-1, for signatures of version 2. Raw, 20 bytes.
std::string hmac_sha1(std::string_view key, std::string_view text);

}  // namespace cumulite::sigv4
