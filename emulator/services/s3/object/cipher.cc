#include "emulator/services/s3/object/cipher.h"

#include <array>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace cumulite::s3 {

namespace {

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kCipherBytes = 256 * 1024;

void require(bool done) {
  if (!done) throw std::runtime_error("a body could not be encrypted");
}

/// The counter block at an offset: the nonce plus the number of the block, as one big number.
std::array<unsigned char, kBlockBytes> counter_at(std::string_view nonce, std::uint64_t offset) {
  std::array<unsigned char, kBlockBytes> counter{};
  std::uint64_t carry = offset / kBlockBytes;
  for (std::size_t i = kBlockBytes; i-- > 0;) {
    carry += static_cast<unsigned char>(nonce[i]);
    counter[i] = static_cast<unsigned char>(carry & 0xFF);
    carry >>= 8;
  }
  return counter;
}

}  // namespace

struct BodyCipher::State {
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> ctx{EVP_CIPHER_CTX_new(),
                                                                      &EVP_CIPHER_CTX_free};
};

BodyCipher::BodyCipher(std::string_view key, std::string_view nonce, std::uint64_t offset)
    : state_(std::make_unique<State>()) {
  require(key.size() == 32 && nonce.size() == kBlockBytes);
  const auto counter = counter_at(nonce, offset);
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  require(EVP_EncryptInit_ex(state_->ctx.get(), EVP_aes_256_ctr(), nullptr, bytes,
                             counter.data()) == 1);
  std::array<char, kBlockBytes> skipped{};
  apply(skipped.data(), offset % kBlockBytes);
}

BodyCipher::~BodyCipher() = default;
BodyCipher::BodyCipher(BodyCipher&&) noexcept = default;

void BodyCipher::apply(char* data, std::size_t size) {
  if (size == 0) return;
  auto* bytes = reinterpret_cast<unsigned char*>(data);
  int written = 0;
  require(EVP_EncryptUpdate(state_->ctx.get(), bytes, &written, bytes, static_cast<int>(size)) ==
          1);
}

SealedBody seal(storage::BlobStore& blobs, const storage::Spool& body, std::string_view key) {
  SealedBody sealed{blobs.make_spool(), std::string(kBlockBytes, '\0')};
  require(RAND_bytes(reinterpret_cast<unsigned char*>(sealed.nonce.data()),
                     static_cast<int>(kBlockBytes)) == 1);
  BodyCipher cipher(key, sealed.nonce);
  std::vector<char> buffer(kCipherBytes);
  std::uint64_t offset = 0;
  while (const std::size_t count = body.read_at(offset, buffer.data(), buffer.size())) {
    cipher.apply(buffer.data(), count);
    sealed.spool->append({buffer.data(), count});
    offset += count;
  }
  return sealed;
}

}  // namespace cumulite::s3
