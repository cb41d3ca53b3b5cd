#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/route/route.h"

// Any request head: "METHOD TARGET" on the first line, "Name: value" on the others. Whatever is
// routed to an operation of S3 that deletes must have a bucket.
namespace cumulite::route {
namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = split_lines(text);
  if (lines.empty()) return 0;
  http::Request request;
  const auto space = lines[0].find(' ');
  request.method = lines[0].substr(0, space);
  request.target = space == std::string_view::npos ? "/" : lines[0].substr(space + 1);
  const auto question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string_view::npos) request.query = request.target.substr(question + 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(": ");
    if (colon == std::string_view::npos) continue;
    request.headers.push_back({lines[i].substr(0, colon), lines[i].substr(colon + 2)});
  }
  Route found;
  const bool routed = route_head(request, found).ok();
  if (!routed && found.service == nullptr) std::abort();
  if (routed && found.kind == Kind::kOperation && found.operation == nullptr) std::abort();
  return 0;
}

}  // namespace cumulite::route
