#include "protocol/http/response_head.h"

#include <charconv>

namespace cumulite::http {

namespace {

struct Phrase {
  int status;
  std::string_view text;
};

constexpr Phrase kPhrases[] = {{200, "OK"},
                               {201, "Created"},
                               {202, "Accepted"},
                               {204, "No Content"},
                               {206, "Partial Content"},
                               {301, "Moved Permanently"},
                               {302, "Found"},
                               {303, "See Other"},
                               {304, "Not Modified"},
                               {307, "Temporary Redirect"},
                               {308, "Permanent Redirect"},
                               {400, "Bad Request"},
                               {401, "Unauthorized"},
                               {403, "Forbidden"},
                               {404, "Not Found"},
                               {405, "Method Not Allowed"},
                               {406, "Not Acceptable"},
                               {408, "Request Timeout"},
                               {409, "Conflict"},
                               {410, "Gone"},
                               {411, "Length Required"},
                               {412, "Precondition Failed"},
                               {413, "Request Entity Too Large"},
                               {414, "Request-URI Too Long"},
                               {415, "Unsupported Media Type"},
                               {416, "Requested Range Not Satisfiable"},
                               {417, "Expectation Failed"},
                               {422, "Unprocessable Entity"},
                               {429, "Too Many Requests"},
                               {431, "Request Header Fields Too Large"},
                               {500, "Internal Server Error"},
                               {501, "Not Implemented"},
                               {502, "Bad Gateway"},
                               {503, "Service Unavailable"},
                               {504, "Gateway Timeout"}};

bool status_forbids_body(int status) {
  return status == 204 || status == 304 || status / 100 == 1;
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

}  // namespace

std::string_view reason_phrase(int status) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.text;
  }
  return "Status";
}

ResponsePlan plan_response(const Response& response, const Head& head, bool keep_alive) {
  ResponsePlan plan;
  plan.send_body = head.request.method != "HEAD" && !status_forbids_body(response.status) &&
                   !response.no_content_length;
  const bool unknown_length = response.stream != nullptr && response.chunked;
  plan.chunked = unknown_length && !head.http_1_0 && plan.send_body;
  // Where neither status nor head tells the client the end of the body, the end of the connection
  // does.
  const bool ended_by_close =
      (unknown_length && head.http_1_0 && plan.send_body) ||
      (response.no_content_length && !status_forbids_body(response.status) &&
       head.request.method != "HEAD");
  plan.keep_alive = keep_alive && !response.close && !ended_by_close;
  return plan;
}

void render_response_head(const Response& response, const Head& head, ResponsePlan plan,
                          std::string_view common_lines, std::string& out) {
  out.assign("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status));
  out.append("\r\n");
  out.append(common_lines);
  out.append(response.head);
  const bool unknown_length = response.stream != nullptr && response.chunked;
  if (plan.chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (!response.no_content_length && !status_forbids_body(response.status) &&
             !(unknown_length && response.content_length_override < 0)) {
    std::uint64_t length = response.stream ? response.stream_length : response.body.size();
    // An override beside a body that is sent would desynchronise the connection.
    if (response.content_length_override >= 0 && !plan.send_body) {
      length = static_cast<std::uint64_t>(response.content_length_override);
    }
    out.append("Content-Length: ");
    append_number(out, length);
    out.append("\r\n");
  }
  if (!plan.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (head.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace cumulite::http
