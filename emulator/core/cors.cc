#include "emulator/core/cors.h"

#include <algorithm>

namespace cumulite::cors {
namespace {

constexpr std::string_view kMethods = "HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH";
constexpr std::string_view kExposedHeaders =
    "etag,x-amzn-requestid,x-amz-request-id,x-amz-crc32,x-amzn-query-error";
constexpr std::string_view kDefaultHeaders =
    "authorization,content-type,content-length,content-md5,cache-control,x-amz-content-sha256,"
    "x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,"
    "amz-sdk-request,x-amzn-query-mode";

/// "http://name:port" without its scheme.
std::string_view host_of_origin(std::string_view origin) {
  const auto at = origin.find("://");
  return at == std::string_view::npos ? std::string_view{} : origin.substr(at + 3);
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_ipv4(std::string_view name) {
  return std::count(name.begin(), name.end(), '.') == 3 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  const std::string_view name = without_port(host);
  return name == "localhost" || name.ends_with(".localhost") || name == "[::1]" ||
         (name.starts_with("127.") && is_ipv4(name)) || name == "localhost.localstack.cloud" ||
         name.ends_with(".localhost.localstack.cloud");
}

bool allows(std::string_view origin, const std::vector<std::string>& allowed) {
  if (is_loopback_host(host_of_origin(origin))) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& each) { return each == "*" || each == origin; });
}

void add_headers(const http::Request& request, const std::vector<std::string>& allowed,
                 http::Response& response) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || !allows(origin, allowed)) return;
  response.add_header("Access-Control-Allow-Origin", origin);
  response.add_header("Vary", "Origin");
  response.add_header("Access-Control-Expose-Headers", kExposedHeaders);
}

http::Response preflight(const http::Request& request, const std::vector<std::string>& allowed) {
  http::Response response;
  response.status = 200;
  const std::string_view origin = request.header("Origin");
  if (!origin.empty() && !allows(origin, allowed)) {
    response.status = 403;
    return response;
  }
  add_headers(request, allowed, response);
  const std::string_view wanted = request.header("Access-Control-Request-Headers");
  response.add_header("Access-Control-Allow-Methods", kMethods);
  response.add_header("Access-Control-Allow-Headers", wanted.empty() ? kDefaultHeaders : wanted);
  response.add_header("Access-Control-Max-Age", "600");
  return response;
}

bool may_administer(const http::Request& request) {
  const std::string_view origin = request.header("Origin");
  if (!origin.empty() && !is_loopback_host(host_of_origin(origin))) return false;
  const std::string_view host = request.header("Host");
  if (host.empty() || is_loopback_host(host)) return true;
  // An address cannot be rebound; a name without a dot is one of a container network.
  const std::string_view name = without_port(host);
  return is_ipv4(name) || name.starts_with('[') || name.find('.') == std::string_view::npos;
}

}  // namespace cumulite::cors
