#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/blob/blob_store.h"

/// Encryption at rest with a client's key (SSE-C): AES-256 in counter mode, which lets a range
/// begin anywhere. Integrity is the checksums' business.
namespace cumulite::s3 {

/// Encrypts or decrypts a stream of bytes from an offset on; the two are the same.
class BodyCipher {
 public:
  /// `key` has 32 bytes, `nonce` 16.
  BodyCipher(std::string_view key, std::string_view nonce, std::uint64_t offset = 0);
  ~BodyCipher();
  BodyCipher(BodyCipher&&) noexcept;

  void apply(char* data, std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct SealedBody {
  std::unique_ptr<storage::Spool> spool;
  std::string nonce;
};

/// A spool with the encrypted bytes of another.
SealedBody seal(storage::BlobStore& blobs, const storage::Spool& body, std::string_view key);

}  // namespace cumulite::s3
