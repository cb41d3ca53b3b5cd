#pragma once

#include <string>
#include <string_view>

#include "bench/load/scenario.h"
#include "protocol/sigv4/sha256.h"

/// Requests as an SDK makes them.
namespace cumulite::bench {

struct Call {
  std::string method = "POST";
  std::string path = "/";
  std::string service = {};
  std::string target = {};        ///< X-Amz-Target; empty for S3 and forms.
  std::string content_type = {};  ///< JSON services and forms.
  std::string body = {};
};

/// Renders the call with the headers an SDK sends, signed with version 4.
std::string render(const Call& call, const Target& target);

/// Signs calls that differ in their bodies alone. Requests that are made while measuring take time
/// from the server's cores: all that can be prepared is.
class BodySigner {
 public:
  BodySigner(const Call& call, const Target& target);
  /// The whole request, into `request`.
  void render(std::string_view body, std::string& request);

 private:
  std::string date_;
  std::string scope_;
  sigv4::HmacSha256 key_;
  std::string canonical_;  // Up to the body's hash, which is its end.
  std::string head_;       // Up to the signature.
};

Call sqs(std::string_view operation, std::string body);

}  // namespace cumulite::bench
