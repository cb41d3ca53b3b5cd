#include "protocol/http/client_url.h"

#include <charconv>

#include <fmt/format.h>

#include "protocol/http/request.h"

namespace cumulite::http {

namespace {

Error invalid(std::string_view why) {
  return {"InvalidUrl", fmt::format("The URL is not valid: {}.", why)};
}

bool ends_with_name(std::string_view host, std::string_view name) {
  if (host.size() < name.size() ||
      !header_name_equals(host.substr(host.size() - name.size()), name))
    return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// Sets host and port of "host", "host:port", "[v6]" or "[v6]:port".
Result<void> parse_authority(std::string_view text, ClientUrl& url) {
  std::string_view port;
  const bool v6 = text.starts_with('[');
  const std::size_t host_end = v6 ? text.find(']') : text.find(':');
  if (v6 && host_end == std::string_view::npos) return invalid("the IPv6 address is not closed");
  url.host = text.substr(v6 ? 1 : 0, v6 ? host_end - 1 : host_end);
  const std::string_view rest = host_end == std::string_view::npos
                                    ? std::string_view{}
                                    : text.substr(host_end + (v6 ? 1 : 0));
  if (!rest.empty() && rest.front() != ':') return invalid("text follows the host");
  if (!rest.empty()) port = rest.substr(1);
  if (url.host.empty()) return invalid("it has no host");
  const std::uint16_t standard = url.tls ? 443 : 80;
  url.port = standard;
  if (!port.empty()) {
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (ec != std::errc{} || end != port.data() + port.size() || url.port == 0)
      return invalid("malformed port");
  }
  url.authority = v6 ? fmt::format("[{}]", url.host) : url.host;
  if (url.port != standard) url.authority += fmt::format(":{}", url.port);
  return {};
}

}  // namespace

bool ClientUrl::loopback() const {
  return host == "::1" || host.starts_with("127.") || ends_with_name(host, "localhost") ||
         ends_with_name(host, "localhost.localstack.cloud");
}

std::string ClientUrl::printable() const {
  return fmt::format("{}://{}{}", tls ? "https" : "http", authority, target);
}

Result<ClientUrl> parse_client_url(std::string_view text) {
  ClientUrl url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return invalid("it has no scheme");
  const std::string_view scheme = text.substr(0, scheme_end);
  url.tls = header_name_equals(scheme, "https");
  if (!url.tls && !header_name_equals(scheme, "http"))
    return invalid("the scheme is neither http nor https");
  for (const char c : text) {
    // Such a byte could end the request line and begin a header of its own.
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F)
      return invalid("it holds a space or control character");
  }
  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, path);
  if (path != std::string_view::npos) {
    url.target = rest[path] == '?' ? "/" : "";
    url.target += rest.substr(path);
  }
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.credentials = percent_decode(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  CUMULITE_TRY(parse_authority(authority, url));
  return url;
}

}  // namespace cumulite::http
