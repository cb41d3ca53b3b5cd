#pragma once

#include <string>
#include <string_view>

#include "protocol/http/request.h"

/// The texts that signature version 4 signs.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
namespace cumulite::sigv4 {

/// How the path enters the canonical request.
enum class PathRule {
  kS3,          ///< Encoded once, never normalised: keys may hold "//" and "..".
  kNormalized,  ///< All other services: dot segments resolved, encoded once more than it was sent.
};

/// What is signed of a request.
struct CanonicalInput {
  const http::Request& request;
  std::string_view signed_headers;  ///< As given: "host;x-amz-date".
  std::string_view payload_hash;    ///< Hexadecimal SHA-256, or "UNSIGNED-PAYLOAD" and its like.
  PathRule path_rule = PathRule::kNormalized;
};

/// The query parameter X-Amz-Signature, which presigned URLs carry, is left out.
std::string canonical_request(const CanonicalInput& input);
/// `path` as sent; "/" for none.
std::string canonical_path(std::string_view path, PathRule rule);
/// Parameters encoded once and sorted, as "name=value" also where the value is missing.
std::string canonical_query(std::string_view query);

/// `scope` is "YYYYMMDD/region/service/aws4_request".
std::string string_to_sign(std::string_view amz_date, std::string_view scope,
                           std::string_view canonical);

}  // namespace cumulite::sigv4
