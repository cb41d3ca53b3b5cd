#include "emulator/services/s3/object/checksums.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/errors.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

using checksum::Algorithm;

constexpr std::string_view kPrefix = "x-amz-checksum-";
constexpr std::string_view kTrailer = "x-amz-trailer";

/// Algorithm of a header name "x-amz-checksum-...", in any case.
std::optional<Algorithm> algorithm_of_header(std::string_view name) {
  if (name.size() <= kPrefix.size()) return std::nullopt;
  if (!http::header_name_equals(name.substr(0, kPrefix.size()), kPrefix)) return std::nullopt;
  const std::string suffix = codec::lower(name.substr(kPrefix.size()));
  for (const Algorithm algorithm : kChecksumAlgorithms) {
    if (checksum_suffix(algorithm) == suffix) return algorithm;
  }
  return std::nullopt;
}

Result<void> verify_md5(const http::Request& request, const ReceivedBody& body) {
  if (!request.has_header("content-md5")) return {};
  const std::string_view sent = request.header("content-md5");
  const auto raw = codec::base64_decode(sent);
  if (!raw || raw->size() != 16) {
    return errors::invalid_digest(sent);
  }
  const std::string computed = body.digest(Algorithm::kMd5).value_or("");
  if (*raw != computed) {
    // PutObject names the expected digest in another notation than UploadPart.
    const bool part = request.has_query("partNumber");
    return errors::bad_digest(part ? std::string(sent) : checksum::hex(*raw),
                              codec::base64_encode(computed));
  }
  return {};
}

/// The value in header or trailer; nullopt: a trailer was announced and did not come.
std::optional<std::string> sent_value(const ReceivedBody& body, const ChecksumRequest& asked) {
  if (!asked.in_trailer) return asked.value;
  const std::string name = checksum_header(asked.algorithm);
  for (const auto& [trailer, value] : body.trailers) {
    if (trailer == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string checksum_suffix(Algorithm algorithm) {
  return codec::lower(checksum::algorithm_name(algorithm));
}

std::string checksum_header(Algorithm algorithm) {
  return std::string(kPrefix) + checksum_suffix(algorithm);
}

Result<Algorithm> checksum_algorithm(std::string_view name) {
  const auto algorithm = checksum::algorithm_by_name(name);
  if (algorithm && *algorithm != Algorithm::kTreeHash) return *algorithm;
  return errors::invalid_request(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
      "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
}

Result<std::optional<ChecksumRequest>> requested_checksum(const http::Request& request) {
  std::optional<ChecksumRequest> asked;
  for (const http::Header& header : request.headers) {
    // Cheap test first: most headers of a request are none of ours.
    if (header.name.size() < kTrailer.size() || (header.name[0] | 0x20) != 'x') continue;
    std::optional<Algorithm> algorithm;
    bool in_trailer = false;
    if (http::header_name_equals(header.name, kTrailer)) {
      algorithm = algorithm_of_header(header.value);
      if (!algorithm) {
        return errors::invalid_request(
            "The value specified in the x-amz-trailer header is not supported");
      }
      in_trailer = true;
    } else {
      algorithm = algorithm_of_header(header.name);
      if (!algorithm) continue;
    }
    if (asked) {
      return errors::invalid_request(
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    asked = ChecksumRequest{*algorithm, std::nullopt, in_trailer};
    if (!in_trailer) asked->value = std::string(header.value);
  }
  const std::string_view name = request.header("x-amz-sdk-checksum-algorithm");
  if (name.empty()) return asked;
  CUMULITE_ASSIGN(const Algorithm algorithm, checksum_algorithm(name));
  if (!asked) {
    return errors::invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
        "x-amz-trailer headers were found.");
  }
  if (asked->algorithm != algorithm) {
    return errors::invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  return asked;
}

Result<StoredChecksum> verify_body(const http::Request& request, const ReceivedBody& body,
                                   const std::optional<ChecksumRequest>& asked) {
  CUMULITE_TRY(verify_md5(request, body));
  const Algorithm algorithm = asked ? asked->algorithm : Algorithm::kCrc64Nvme;
  StoredChecksum stored{algorithm, body.digest(algorithm).value_or("")};
  if (!asked) return stored;
  const auto value = sent_value(body, *asked);
  const std::string header = checksum_header(algorithm);
  if (!value) {
    return Error{"MalformedTrailerError",
                 "The request contained trailing data that was not well-formed or did not conform "
                 "to our published schema.",
                 400};
  }
  const auto raw = codec::base64_decode(*value);
  if (!raw || raw->size() != checksum::digest_size(algorithm)) {
    return errors::invalid_checksum_header(header);
  }
  if (*raw != stored.raw) return errors::bad_checksum(checksum::algorithm_name(algorithm));
  return stored;
}

Result<void> check_length_given(const http::Request& request) {
  if (request.has_content_length || request.chunked) return {};
  return Error{"MissingContentLength", "You must provide the Content-Length HTTP header.", 411};
}

std::string checksum_text(const StoredChecksum& checksum, std::uint32_t part_count) {
  std::string text = codec::base64_encode(checksum.raw);
  if (checksum.composite) text += fmt::format("-{}", part_count);
  return text;
}

std::string_view checksum_type(const StoredChecksum& checksum) {
  return checksum.composite ? "COMPOSITE" : "FULL_OBJECT";
}

}  // namespace cumulite::s3
