#include "emulator/core/document_digest.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"

namespace cumulite {
namespace {

using checksum::Algorithm;

constexpr std::string_view kPrefix = "x-amz-checksum-";

/// The algorithm of "x-amz-checksum-crc32"; others of that prefix (-type, -mode) have none.
std::optional<Algorithm> algorithm_of(std::string_view header) {
  if (header.size() <= kPrefix.size() ||
      !http::header_name_equals(header.substr(0, kPrefix.size()), kPrefix)) {
    return std::nullopt;
  }
  std::string name(header.substr(kPrefix.size()));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return checksum::algorithm_by_name(name);
}

Result<void> check_md5(const http::Request& request, std::string_view body) {
  if (!request.has_header("content-md5")) return {};
  const std::string_view sent = request.header("content-md5");
  const auto raw = codec::base64_decode(sent);
  if (!raw || raw->size() != checksum::digest_size(Algorithm::kMd5)) {
    return Error{"InvalidDigest", "The Content-MD5 you specified was invalid.", 400};
  }
  const std::string computed = checksum::digest(Algorithm::kMd5, body);
  if (*raw == computed) return {};
  return Error{"BadDigest", "The Content-MD5 you specified did not match what we received.", 400}
      .with("ExpectedDigest", sent)
      .with("CalculatedDigest", codec::base64_encode(computed));
}

Result<void> check_checksum(Algorithm algorithm, const http::Header& header,
                            std::string_view body) {
  const auto raw = codec::base64_decode(header.value);
  if (!raw || raw->size() != checksum::digest_size(algorithm)) {
    return Error{"InvalidRequest", fmt::format("Value for {} header is invalid.", header.name),
                 400};
  }
  if (*raw == checksum::digest(algorithm, body)) return {};
  return Error{"BadDigest",
               fmt::format("The {} you specified did not match the calculated checksum.",
                           checksum::algorithm_name(algorithm)),
               400};
}

}  // namespace

Result<void> check_document_digests(const http::Request& request, const model::Operation& operation,
                                    std::string_view body) {
  CUMULITE_TRY(check_md5(request, body));
  // The checksum with which an upload is completed is that of the object.
  if (body.empty() || operation.name == "CompleteMultipartUpload") return {};
  const http::Header* found = nullptr;
  for (const http::Header& header : request.headers) {
    if (!algorithm_of(header.name)) continue;
    if (found != nullptr) {
      return Error{"InvalidRequest",
                   "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                   "allowed.",
                   400};
    }
    found = &header;
  }
  return found == nullptr ? Result<void>()
                          : check_checksum(*algorithm_of(found->name), *found, body);
}

}  // namespace cumulite
