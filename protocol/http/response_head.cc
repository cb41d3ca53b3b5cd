#include "protocol/http/response_head.h"

#include <charconv>

namespace cumulite::http {

namespace {

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
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Request Entity Too Large";
    case 414:
      return "Request-URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Requested Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

ResponsePlan plan_response(const Response& response, const Head& head, bool keep_alive) {
  ResponsePlan plan;
  plan.send_body = head.request.method != "HEAD" && !status_forbids_body(response.status) &&
                   !response.no_content_length;
  const bool unknown_length = response.stream != nullptr && response.chunked;
  plan.chunked = unknown_length && !head.http_1_0 && plan.send_body;
  plan.keep_alive =
      keep_alive && !response.close && !(unknown_length && head.http_1_0 && plan.send_body);
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
