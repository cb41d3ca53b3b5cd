#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/http/head_parser.h"
#include "protocol/http/response.h"

namespace cumulite::http {

/// How an answer goes onto the wire: the rules of RFC 9110 and 9112 about bodies, decided once.
struct ResponsePlan {
  bool send_body = false;  ///< Not for HEAD, 204, 304.
  bool chunked =
      false;  ///< Send `stream` in chunks; a client of HTTP/1.0 gets it raw until the close.
  bool keep_alive = false;
};

/// `keep_alive` is what the server allows; the plan says what comes of it.
ResponsePlan plan_response(const Response& response, const Head& head, bool keep_alive);

/// Writes the response head over `out`. `common_lines` are the Date and Server lines.
void render_response_head(const Response& response, const Head& head, ResponsePlan plan,
                          std::string_view common_lines, std::string& out);

/// "Not Found" of 404; for a status without a name "Status".
std::string_view reason_phrase(int status);

}  // namespace cumulite::http
