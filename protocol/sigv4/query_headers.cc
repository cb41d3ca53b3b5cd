#include "protocol/sigv4/query_headers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "protocol/codec/text.h"
#include "protocol/sigv4/presigned_url.h"
#include "protocol/sigv4/signature_v2.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::array<std::string_view, 7> kOfTheSignature = {
    "x-amz-algorithm", "x-amz-credential",    "x-amz-date",          "x-amz-expires",
    "x-amz-signature", "x-amz-signedheaders", "x-amz-security-token"};

bool is_checksum(std::string_view name) {
  return name.starts_with("x-amz-checksum-") || name == "x-amz-sdk-checksum-algorithm";
}

bool is_signed(std::string_view name, const std::string& signed_headers) {
  return (";" + signed_headers + ";").find(";" + std::string(name) + ";") != std::string::npos;
}

bool stands_for_header(std::string_view name, const std::string& signed_headers) {
  if (name == "if-match" || name == "if-none-match") return true;
  if (!name.starts_with("x-amz-")) return false;
  if (is_checksum(name)) return is_signed(name, signed_headers);
  return std::find(kOfTheSignature.begin(), kOfTheSignature.end(), name) == kOfTheSignature.end();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> query_headers(const http::Request& request) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (request.query.empty() || (!has_query_v4(request) && !has_query_v2(request))) return headers;
  const std::string signed_headers = codec::lower(request.query_value("X-Amz-SignedHeaders"));
  for (auto& [name, value] : http::parse_query(request.query)) {
    if (!stands_for_header(codec::lower(name), signed_headers)) continue;
    if (!request.has_header(name)) headers.emplace_back(std::move(name), std::move(value));
  }
  return headers;
}

}  // namespace cumulite::sigv4
