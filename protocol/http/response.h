#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cumulite::http {

/// A body that is read while it is sent: an object's file, a generated stream.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Fills up to `size` bytes; 0 means the end. Throws std::exception on an I/O failure (the
  /// session then closes the connection, so that the client sees a short body). Called from one
  /// thread at a time; may block for a disk read.
  virtual std::size_t read(char* data, std::size_t size) = 0;
};

/// An answer before it is put on the wire. Status line, Content-Length, Connection, Date and Server
/// are the session's to write; everything else is in `head`.
struct Response {
  int status = 200;
  std::string head;  ///< Rendered header lines, each ended by CR LF.
  std::string body;  ///< The body, unless `stream` is set.
  std::unique_ptr<BodySource> stream;
  std::uint64_t stream_length = 0;  ///< Bytes that `stream` yields, unless `chunked`.
  bool chunked = false;  ///< Send `stream` with chunked transfer: its length is not known.
  /// For HEAD: the Content-Length to announce though no body follows; -1: that of body or stream.
  std::int64_t content_length_override = -1;
  bool no_content_length = false;  ///< 204/304 style answers.
  bool close = false;              ///< Close the connection after this answer.

  /// Appends a header line. CR, LF and NUL in a value become spaces, so no value can split the
  /// head.
  void add_header(std::string_view name, std::string_view value);
  /// First value of a header already added, or empty. For tests and late decisions.
  std::string_view header(std::string_view name) const;
};

/// "Sat, 21 Nov 2026 21:22:00 GMT" of a Unix time in milliseconds.
std::string http_date(std::int64_t unix_ms);

}  // namespace cumulite::http
