#pragma once

#include <string_view>

#include "protocol/http/request.h"

namespace cumulite::http {

/// A parsed request head and what the session must know beside the request itself.
struct Head {
  Request request;
  bool keep_alive = true;        ///< The client allows another request on the connection.
  bool http_1_0 = false;         ///< No chunked answers, keep-alive only when asked for.
  bool expect_continue = false;  ///< The client waits for "100 Continue" before it sends the body.
};

/// Why a head was refused: an HTTP status and a phrase for the client. Status 0: it was accepted.
struct HeadRefusal {
  int status = 0;
  std::string_view reason = {};
};

/// A longer request target is refused with 414. Presigned URLs with session tokens need about 4
/// KiB.
constexpr std::size_t kTargetBytesMax = 16 * 1024;

/// Parses one complete head, from the request line to the empty line inclusive. `head.request`
/// keeps views into `bytes`; its vector of headers is reused, so that no head costs an allocation.
/// Follows RFC 9112: whatever two parsers could read differently (two lengths, a length beside
/// chunked, a folded line, an unknown transfer coding, no Host) is refused rather than guessed.
HeadRefusal parse_head(std::string_view bytes, Head& head);

/// Offset behind the empty line that ends a head, or npos; searches from `from`.
std::size_t find_head_end(std::string_view bytes, std::size_t from);

}  // namespace cumulite::http
