#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/sigv4/parsed_auth.h"

/// The client's side, for our own outgoing calls, tests and benchmarks.
namespace cumulite::sigv4 {

struct SignInput {
  std::string method = "POST";
  std::string target = "/";  ///< Path and query, encoded as it will be sent.
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< Host among them.
  /// Hexadecimal SHA-256 of the body, or "UNSIGNED-PAYLOAD" and its like; empty: of an empty body.
  std::string payload_hash = {};
  std::string region = "us-east-1";
  std::string service = {};  ///< "s3" selects S3's rules.
  std::int64_t now_ms = 0;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// The headers to add: X-Amz-Date, X-Amz-Security-Token where there is one, X-Amz-Content-SHA256
/// for S3, Authorization. All headers given are signed.
HeaderList sign_request(const SignInput& input, const Credentials& credentials);

/// The target with the parameters of a presigned URL appended, valid for `expires_s` seconds.
std::string presign_target(const SignInput& input, const Credentials& credentials,
                           std::int64_t expires_s);

}  // namespace cumulite::sigv4
