#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocol/result.h"

namespace cumulite::http {

/// One outgoing call (SNS delivery to HTTP endpoints, `http` functions).
struct ClientRequest {
  std::string method = "POST";
  std::string url;  ///< http:// or https://, with optional user:password@ (sent as Basic).
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::int64_t timeout_ms = 15'000;  ///< For the whole call, in real time.
  std::size_t response_bytes_max = 6 * 1024 * 1024;
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

/// Makes the call and blocks until it is answered. Errors: code `ConnectionError`, `Timeout`,
/// `InvalidUrl` or `ResponseTooLarge`, with a message for a log. Redirects are not followed.
/// A TLS certificate is checked unless the host is loopback.
Result<ClientResponse> call(const ClientRequest& request);

}  // namespace cumulite::http
