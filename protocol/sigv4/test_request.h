#pragma once

#include <algorithm>
#include <list>
#include <string>
#include <string_view>

#include "protocol/http/request.h"

namespace cumulite::sigv4 {

/// A request with the storage behind its views, read from its text as it would be sent; for tests.
struct TestRequest {
  http::Request request;
  std::string body;
  std::list<std::string> texts;  ///< A list: its strings never move.

  void set_target(std::string_view text) {
    std::string_view target = texts.emplace_back(text);
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.target = target;
    request.path = target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
  }

  void add_header(std::string_view name, std::string_view value) {
    const std::string_view stored_name = texts.emplace_back(name);
    request.headers.push_back({stored_name, texts.emplace_back(value)});
  }
};

inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Lines end in LF. Folded header lines are joined by a space, as a session does.
inline void parse_test_request(std::string_view text, TestRequest* out) {
  const auto next_line = [&] {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
  };
  const std::string_view first = next_line();
  const std::size_t target_at = first.find(' ') + 1;
  out->request.method = out->texts.emplace_back(first.substr(0, target_at - 1));
  out->set_target(first.substr(target_at, first.rfind(' ') - target_at));
  while (!text.empty()) {
    const std::string_view line = next_line();
    if (line.empty()) break;
    if (line.front() == ' ' && !out->request.headers.empty()) {
      http::Header& last = out->request.headers.back();
      last.value =
          out->texts.emplace_back(std::string(last.value) + " " + std::string(trimmed(line)));
      continue;
    }
    const std::size_t colon = line.find(':');
    out->add_header(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  out->body = text;
}

}  // namespace cumulite::sigv4
