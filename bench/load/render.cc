#include "bench/load/render.h"

#include <utility>

#include <fmt/format.h>

#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/signer.h"

namespace cumulite::bench {

std::string render(const Call& call, const Target& target) {
  const std::string host = fmt::format("127.0.0.1:{}", target.port);
  sigv4::SignInput input;
  input.method = call.method;
  input.target = call.path;
  input.service = call.service;
  input.now_ms = target.now_ms;
  input.payload_hash = checksum::hex(checksum::digest(checksum::Algorithm::kSha256, call.body));
  input.headers = {{"Host", host}};
  if (!call.target.empty()) input.headers.emplace_back("X-Amz-Target", call.target);
  if (!call.content_type.empty()) input.headers.emplace_back("Content-Type", call.content_type);
  auto headers = input.headers;
  for (auto& header : sigv4::sign_request(input, {"test", "test", ""}))
    headers.push_back(std::move(header));
  std::string request = fmt::format("{} {} HTTP/1.1\r\n", call.method, call.path);
  for (const auto& [name, value] : headers) request += fmt::format("{}: {}\r\n", name, value);
  request +=
      fmt::format("User-Agent: cumulite-load\r\nContent-Length: {}\r\n\r\n", call.body.size());
  return request + call.body;
}

Call sqs(std::string_view operation, std::string body) {
  return {.service = "sqs",
          .target = fmt::format("AmazonSQS.{}", operation),
          .content_type = "application/x-amz-json-1.0",
          .body = std::move(body)};
}

}  // namespace cumulite::bench
