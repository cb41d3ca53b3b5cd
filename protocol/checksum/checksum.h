#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Digests and checksums of bodies, computed in one pass while a body arrives.
namespace cumulite::checksum {

enum class Algorithm : std::uint8_t {
  kMd5, kSha1, kSha256, kSha512, kCrc32, kCrc32c, kCrc64Nvme, kXxhash64, kXxhash3, kXxhash128,
  kTreeHash,  ///< Glacier's SHA-256 tree over 1 MiB leaves.
};

inline constexpr std::size_t kAlgorithmCount = 11;

/// Computes one digest over bytes given in pieces.
class Hasher {
 public:
  virtual ~Hasher() = default;
  virtual void update(std::string_view bytes) = 0;
  /// The raw digest, CRCs big endian as S3 encodes them. The hasher is spent afterwards.
  virtual std::string finish() = 0;
};

std::unique_ptr<Hasher> make_hasher(Algorithm algorithm);
/// Raw digest of bytes at hand.
std::string digest(Algorithm algorithm, std::string_view bytes);
/// Digest length in bytes.
std::size_t digest_size(Algorithm algorithm);
/// "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", ... as S3 spells
/// them, in any case; nullopt for others.
std::optional<Algorithm> algorithm_by_name(std::string_view name);
std::string_view algorithm_name(Algorithm algorithm);

/// Checksum of the concatenation of two texts from their checksums (kCrc32, kCrc32c, kCrc64Nvme):
/// how S3 makes the full-object checksum of a multipart upload. `second_size` is in bytes.
std::string combine_crc(Algorithm algorithm, std::string_view first, std::string_view second,
                        std::uint64_t second_size);

/// Root of a Glacier tree hash from the raw SHA-256 digests of consecutive leaves (or of aligned
/// sub-trees of equal size, the last maybe smaller), 32 bytes each; at least one.
std::string tree_hash_root(std::string_view leaves);

std::string hex(std::string_view bytes);  ///< Lower case.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace cumulite::checksum
