// The low-level functions are deprecated in favour of EVP, whose contexts are allocated and looked
// up: a signature check costs 9 to 12 us by EVP and HMAC() and 1 us by these. They use the same
// assembly, and their context is a plain struct, which lets a key's state be kept and copied.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "protocol/sigv4/sha256.h"

#include <algorithm>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace cumulite::sigv4 {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::uint8_t kInnerPad = 0x36;
constexpr std::uint8_t kOuterPad = 0x5c;

/// State after exactly one block: `key` padded with zeros, each byte xor `pad`.
std::array<std::uint32_t, 8> state_after_key(std::string_view key, std::uint8_t pad) {
  std::array<std::uint8_t, kBlockBytes> block;
  block.fill(pad);
  for (std::size_t i = 0; i < key.size(); ++i) {
    block[i] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(key[i]) ^ pad);
  }
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, block.data(), block.size());
  std::array<std::uint32_t, 8> state;
  std::copy_n(context.h, state.size(), state.begin());
  return state;
}

SHA256_CTX resume(const std::array<std::uint32_t, 8>& state) {
  SHA256_CTX context;
  SHA256_Init(&context);
  std::copy(state.begin(), state.end(), context.h);
  context.Nl = kBlockBytes * 8;  // Length so far in bits.
  return context;
}

}  // namespace

Sha256Digest sha256(std::string_view text) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, text.data(), text.size());
  Sha256Digest digest;
  SHA256_Final(digest.data(), &context);
  return digest;
}

void append_hex(std::string& out, const Sha256Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  char text[64];
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kDigits[digest[i] >> 4];
    text[2 * i + 1] = kDigits[digest[i] & 15];
  }
  out.append(text, sizeof text);
}

std::string_view as_text(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

HmacSha256::HmacSha256(std::string_view key) {
  Sha256Digest hashed;
  if (key.size() > kBlockBytes) {
    hashed = sha256(key);
    key = as_text(hashed);
  }
  inner_ = state_after_key(key, kInnerPad);
  outer_ = state_after_key(key, kOuterPad);
}

Sha256Digest HmacSha256::sign(std::string_view text) const {
  Sha256Digest digest;
  SHA256_CTX context = resume(inner_);
  SHA256_Update(&context, text.data(), text.size());
  SHA256_Final(digest.data(), &context);
  context = resume(outer_);
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

}  // namespace cumulite::sigv4
