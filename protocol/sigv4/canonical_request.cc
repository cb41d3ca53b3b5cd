#include "protocol/sigv4/canonical_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/sigv4/sha256.h"

namespace cumulite::sigv4 {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

/// Whether encoding would leave the text as it is; true for nearly every path and parameter.
bool is_plain(std::string_view text, bool keep_slash) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_unreserved(c) || (keep_slash && c == '/'); });
}

/// Resolves "." and ".." and drops empty segments; a final slash stays.
std::string normalize(std::string_view path) {
  std::vector<std::string_view> segments;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    at = end + 1;
  }
  std::string out = "/";
  for (const std::string_view segment : segments) {
    if (out.size() > 1) out += '/';
    out += segment;
  }
  if (path.ends_with('/') && out.size() > 1) out += '/';
  return out;
}

std::string canonical_component(std::string_view text) {
  if (is_plain(text, false)) return std::string(text);
  return http::percent_encode(http::percent_decode(text, true));
}

/// Appends a header's value with its runs of blanks reduced to one.
void append_value(std::string& out, std::string_view value) {
  bool pending_blank = false;
  bool started = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      pending_blank = started;
      continue;
    }
    if (pending_blank) out += ' ';
    pending_blank = false;
    started = true;
    out += c;
  }
}

void append_header(std::string& out, std::string_view name, const http::Request& request) {
  out += name;
  out += ':';
  bool first = true;
  for (const http::Header& header : request.headers) {
    if (!http::header_name_equals(header.name, name)) continue;
    if (!first) out += ',';
    first = false;
    append_value(out, header.value);
  }
  // A presigned URL may hold a signed header among its parameters.
  if (first && name.starts_with("x-amz-")) append_value(out, request.query_value(name));
  out += '\n';
}

}  // namespace

std::string canonical_path(std::string_view path, PathRule rule) {
  if (path.empty()) return "/";
  if (rule == PathRule::kS3) {
    if (is_plain(path, true)) return std::string(path);
    return http::percent_encode(http::percent_decode(path), true);
  }
  // A path of one slash is what every JSON and query service gets.
  if (path == "/") return "/";
  return http::percent_encode(normalize(path), true);
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (piece.empty()) continue;
    const std::size_t equals = std::min(piece.find('='), piece.size());
    std::string name = canonical_component(piece.substr(0, equals));
    if (name == "X-Amz-Signature") continue;
    const std::string_view value = piece.substr(std::min(equals + 1, piece.size()));
    parameters.emplace_back(std::move(name), canonical_component(value));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string canonical_request(const CanonicalInput& input) {
  constexpr std::size_t kUsualBytesMax = 1024;
  std::string out;
  out.reserve(kUsualBytesMax);
  out.append(input.request.method).append("\n");
  out.append(canonical_path(input.request.path, input.path_rule)).append("\n");
  out.append(canonical_query(input.request.query)).append("\n");
  std::string_view names = input.signed_headers;
  while (!names.empty()) {
    const std::size_t end = names.find(';');
    append_header(out, names.substr(0, end), input.request);
    names = end == std::string_view::npos ? std::string_view{} : names.substr(end + 1);
  }
  out.append("\n").append(input.signed_headers).append("\n").append(input.payload_hash);
  return out;
}

std::string string_to_sign(std::string_view amz_date, std::string_view scope,
                           std::string_view canonical) {
  std::string out;
  out.reserve(amz_date.size() + scope.size() + 96);
  out.append("AWS4-HMAC-SHA256\n").append(amz_date).append("\n").append(scope).append("\n");
  append_hex(out, sha256(canonical));
  return out;
}

}  // namespace cumulite::sigv4
