#include "protocol/sigv4/signer.h"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/codec/text.h"
#include "protocol/http/request.h"
#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/canonical_request.h"
#include "protocol/sigv4/limits.h"
#include "protocol/sigv4/signing_key.h"

namespace cumulite::sigv4 {
namespace {

std::string signed_header_names(const HeaderList& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) names.push_back(codec::lower(name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return fmt::format("{}", fmt::join(names, ";"));
}

struct Signed {
  std::string scope;
  std::string names;
  std::string signature;
};

Signed sign(const SignInput& input, std::string_view target, const HeaderList& headers,
            const std::string& secret) {
  const std::string date = format_amz_date(input.now_ms);
  const std::string day = date.substr(0, 8);
  Signed result;
  result.scope = fmt::format("{}/{}/{}/aws4_request", day, input.region, input.service);
  result.names = signed_header_names(headers);
  http::Request request;
  request.method = input.method;
  request.target = target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  for (const auto& [name, value] : headers) request.headers.push_back({name, value});
  const PathRule rule = input.service == "s3" ? PathRule::kS3 : PathRule::kNormalized;
  const std::string canonical =
      canonical_request({request, result.names, input.payload_hash, rule});
  const HmacSha256 key = cached_signing_key(secret, day, input.region, input.service);
  append_hex(result.signature, key.sign(string_to_sign(date, result.scope, canonical)));
  return result;
}

}  // namespace

HeaderList sign_request(const SignInput& input, const Credentials& credentials) {
  SignInput filled = input;
  if (filled.payload_hash.empty()) filled.payload_hash = kEmptyHash;
  HeaderList added = {{"X-Amz-Date", format_amz_date(input.now_ms)}};
  if (!credentials.session_token.empty()) {
    added.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  if (input.service == "s3") added.emplace_back("X-Amz-Content-SHA256", filled.payload_hash);
  HeaderList all = input.headers;
  all.insert(all.end(), added.begin(), added.end());
  const Signed result = sign(filled, input.target, all, credentials.secret_access_key);
  added.emplace_back(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                  credentials.access_key_id, result.scope, result.names, result.signature));
  return added;
}

std::string presign_target(const SignInput& input, const Credentials& credentials,
                           std::int64_t expires_s) {
  SignInput filled = input;
  if (filled.payload_hash.empty()) filled.payload_hash = "UNSIGNED-PAYLOAD";
  const std::string date = format_amz_date(input.now_ms);
  const std::string credential = fmt::format("{}/{}/{}/{}/aws4_request", credentials.access_key_id,
                                             date.substr(0, 8), input.region, input.service);
  std::string target = input.target;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += fmt::format(
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}"
      "&X-Amz-SignedHeaders={}",
      http::percent_encode(credential), date, expires_s,
      http::percent_encode(signed_header_names(input.headers)));
  if (!credentials.session_token.empty()) {
    target += "&X-Amz-Security-Token=" + http::percent_encode(credentials.session_token);
  }
  const Signed result = sign(filled, target, input.headers, credentials.secret_access_key);
  return target + "&X-Amz-Signature=" + result.signature;
}

}  // namespace cumulite::sigv4
