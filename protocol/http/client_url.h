#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite::http {

/// The parts of a URL that a call needs.
struct ClientUrl {
  bool tls = false;
  std::string host;  ///< Without the brackets of an IPv6 address.
  std::string
      authority;  ///< Host header: with brackets, and with the port unless it is the default.
  std::uint16_t port = 80;
  std::string target = "/";  ///< Path and query; the fragment is dropped.
  std::string credentials;   ///< "user:password", percent-decoded, or empty.

  /// localhost, names below it, 127.0.0.0/8, ::1, and the names that public DNS maps to them.
  bool loopback() const;
  /// For messages: the URL without its credentials.
  std::string printable() const;
};

/// Parses an absolute http:// or https:// URL. Error: code `InvalidUrl`.
Result<ClientUrl> parse_client_url(std::string_view url);

}  // namespace cumulite::http
