#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/http/request.h"

namespace cumulite::route {

/// For tests: a request with storage of its own.
class TestRequest {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  TestRequest(std::string method, std::string target, Headers headers = {})
      : method_(std::move(method)), target_(std::move(target)), headers_(std::move(headers)) {}

  http::Request view() const {
    http::Request request;
    request.method = method_;
    request.target = target_;
    const std::string_view target = target_;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    for (const auto& [name, value] : headers_) request.headers.push_back({name, value});
    return request;
  }

 private:
  std::string method_;
  std::string target_;
  Headers headers_;
};

/// An Authorization header whose credential scope names that service.
inline std::pair<std::string, std::string> signed_for(const std::string& service) {
  return {"Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/" + service +
                               "/aws4_request, SignedHeaders=host, Signature=0"};
}

}  // namespace cumulite::route
