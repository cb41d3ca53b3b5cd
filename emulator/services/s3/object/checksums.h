#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/received_body.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/checksum/checksum.h"
#include "protocol/http/request.h"
#include "protocol/result.h"

/// The `x-amz-checksum-*` side of S3: what the client asks for, whether it holds, how it is shown.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
namespace cumulite::s3 {

/// Every algorithm that a client may name.
inline constexpr std::array kChecksumAlgorithms = {
    checksum::Algorithm::kCrc32,     checksum::Algorithm::kCrc32c,
    checksum::Algorithm::kCrc64Nvme, checksum::Algorithm::kSha1,
    checksum::Algorithm::kSha256,    checksum::Algorithm::kSha512,
    checksum::Algorithm::kMd5,       checksum::Algorithm::kXxhash64,
    checksum::Algorithm::kXxhash3,   checksum::Algorithm::kXxhash128,
};

/// What the head of an upload says of its checksum.
struct ChecksumRequest {
  checksum::Algorithm algorithm = checksum::Algorithm::kCrc64Nvme;
  std::optional<std::string> value;  ///< Base64, from a header; a trailer's comes with the body.
  bool in_trailer = false;
};

/// "crc32", "sha256": how the algorithm is spelled in header names and messages.
std::string checksum_suffix(checksum::Algorithm algorithm);
/// Header of that algorithm's value: "x-amz-checksum-crc32".
std::string checksum_header(checksum::Algorithm algorithm);
/// Algorithm by its S3 name, or the InvalidRequest that names the valid ones.
Result<checksum::Algorithm> checksum_algorithm(std::string_view name);

/// nullopt: the client names no checksum. Errors: InvalidRequest for several of them, for an
/// unknown algorithm and for an algorithm without value or trailer.
Result<std::optional<ChecksumRequest>> requested_checksum(const http::Request& request);

/// Checks Content-MD5 and the client's checksum against the received body; gives the checksum to
/// keep (CRC64NVME when the client named none). Errors: InvalidDigest, BadDigest, InvalidRequest.
Result<StoredChecksum> verify_body(const http::Request& request, const ReceivedBody& body,
                                   const std::optional<ChecksumRequest>& asked);

/// Uploads say how long they are, empty ones too. Error: MissingContentLength.
Result<void> check_length_given(const http::Request& request);

/// Base64 of the digest, with "-N" for a composite one.
std::string checksum_text(const StoredChecksum& checksum, std::uint32_t part_count);

std::string_view checksum_type(const StoredChecksum& checksum);

/// Member of a generated struct that holds the algorithm's value.
template <class Struct>
auto& checksum_member(Struct& object, checksum::Algorithm algorithm) {
  using checksum::Algorithm;
  switch (algorithm) {
    case Algorithm::kCrc32:
      return object.ChecksumCRC32;
    case Algorithm::kCrc32c:
      return object.ChecksumCRC32C;
    case Algorithm::kSha1:
      return object.ChecksumSHA1;
    case Algorithm::kSha256:
      return object.ChecksumSHA256;
    case Algorithm::kSha512:
      return object.ChecksumSHA512;
    case Algorithm::kMd5:
      return object.ChecksumMD5;
    case Algorithm::kXxhash64:
      return object.ChecksumXXHASH64;
    case Algorithm::kXxhash3:
      return object.ChecksumXXHASH3;
    case Algorithm::kXxhash128:
      return object.ChecksumXXHASH128;
    default:
      return object.ChecksumCRC64NVME;
  }
}

/// Sets the value, and the type where the struct has one.
template <class Struct>
void set_checksum(Struct& object, const ObjectRecord& record) {
  if (!record.checksum) return;
  checksum_member(object, record.checksum->algorithm) =
      checksum_text(*record.checksum, record.part_count);
  if constexpr (requires { object.ChecksumType; }) {
    object.ChecksumType = std::string(checksum_type(*record.checksum));
  }
}

}  // namespace cumulite::s3
