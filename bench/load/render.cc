#include "bench/load/render.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/canonical_request.h"
#include "protocol/sigv4/signer.h"
#include "protocol/sigv4/signing_key.h"

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

BodySigner::BodySigner(const Call& call, const Target& target)
    : date_(sigv4::format_amz_date(target.now_ms)),
      scope_(fmt::format("{}/us-east-1/{}/aws4_request", date_.substr(0, 8), call.service)),
      key_(sigv4::derive_signing_key("test", date_.substr(0, 8), "us-east-1", call.service)) {
  const std::string host = fmt::format("127.0.0.1:{}", target.port);
  http::Request request;
  request.method = call.method;
  request.path = call.path;
  request.headers = {{"Host", host},
                     {"X-Amz-Target", call.target},
                     {"Content-Type", call.content_type},
                     {"X-Amz-Date", date_}};
  constexpr std::string_view kSigned = "content-type;host;x-amz-date;x-amz-target";
  canonical_ = sigv4::canonical_request({request, kSigned, "", sigv4::PathRule::kNormalized});
  head_ = fmt::format("{} {} HTTP/1.1\r\n", call.method, call.path);
  for (const auto& [name, value] : request.headers) head_ += fmt::format("{}: {}\r\n", name, value);
  head_ += fmt::format(
      "User-Agent: cumulite-load\r\nAuthorization: AWS4-HMAC-SHA256 Credential=test/{}, "
      "SignedHeaders={}, Signature=",
      scope_, kSigned);
}

void BodySigner::render(std::string_view body, std::string& request) {
  const std::size_t prefix = canonical_.size();
  sigv4::append_hex(canonical_, sigv4::sha256(body));
  const auto text = sigv4::string_to_sign(date_, scope_, canonical_);
  canonical_.resize(prefix);
  request = head_;
  sigv4::append_hex(request, key_.sign(text));
  fmt::format_to(std::back_inserter(request), "\r\nContent-Length: {}\r\n\r\n", body.size());
  request += body;
}

Call sqs(std::string_view operation, std::string body) {
  return {.service = "sqs",
          .target = fmt::format("AmazonSQS.{}", operation),
          .content_type = "application/x-amz-json-1.0",
          .body = std::move(body)};
}

}  // namespace cumulite::bench
