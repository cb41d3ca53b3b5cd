#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cumulite::http {

/// One header line as received: name in the client's case, value without surrounding white space.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// Case-insensitive (ASCII) comparison of header names.
bool header_name_equals(std::string_view left, std::string_view right);

/// A request head. All views point into storage that the owner (the session, or a test's strings)
/// keeps alive as long as the request. Nothing is decoded: percent-escapes stay as sent.
struct Request {
  std::string_view method;  ///< As sent: "GET".
  std::string_view
      target;  ///< Request target as sent: "/bucket/key?acl". Absolute form is reduced to it.
  std::string_view path;   ///< Part of `target` before '?'.
  std::string_view query;  ///< Part of `target` after the first '?', or empty.
  std::vector<Header> headers;
  std::string_view remote_address;   ///< Peer's IP address, textual.
  std::uint64_t content_length = 0;  ///< Body length; meaningless when `chunked`.
  bool has_content_length = false;
  bool chunked = false;  ///< Transfer-Encoding: chunked.
  bool tls = false;

  /// Value of the first header of that name, or an empty view.
  std::string_view header(std::string_view name) const;
  /// Whether a header of that name was sent, empty or not.
  bool has_header(std::string_view name) const;
  /// Whether the query has that name ("acl" matches "acl", "acl=", "x=1&acl"); names compared
  /// decoded.
  bool has_query(std::string_view name) const;
  /// Decoded value of the first query parameter of that name, or empty.
  std::string query_value(std::string_view name) const;
};

/// Decodes percent-escapes; with `plus_is_space` also '+'. A malformed escape stays as it is.
std::string percent_decode(std::string_view text, bool plus_is_space = false);
/// Encodes all but RFC 3986 unreserved characters (upper-case hex, as AWS does); `keep_slash`
/// leaves '/'.
std::string percent_encode(std::string_view text, bool keep_slash = false);
/// Name/value pairs of a query string, decoded ('+' as a space), in order; "a" and "a=" give an
/// empty value.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace cumulite::http
