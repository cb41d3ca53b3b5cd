#include "protocol/route/rest_router.h"

#include <algorithm>

namespace cumulite::route {
namespace {

/// Segments of a path between its slashes; a trailing slash gives no empty segment.
std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const auto end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return segments;
}

Error unknown_path() {
  return {"UnknownOperationException", "The requested operation is not known.", 404};
}

Error wrong_method() {
  return {"MethodNotAllowed", "The specified method is not allowed against this resource.", 405};
}

}  // namespace

RestRouter::RestRouter(const model::ServiceModel& service) {
  for (const auto& operation : service.operations) {
    Pattern pattern{&operation, {}, {}, 0};
    const auto question = operation.uri.find('?');
    for (const auto text : split_path(operation.uri.substr(0, question))) {
      Segment segment{text, text.starts_with('{'), false};
      if (segment.is_label) {
        segment.greedy = text.ends_with("+}");
        segment.text = text.substr(1, text.size() - (segment.greedy ? 3 : 2));
      } else {
        ++pattern.literals;
      }
      pattern.segments.push_back(segment);
    }
    std::string_view rest =
        question == std::string_view::npos ? "" : operation.uri.substr(question + 1);
    while (!rest.empty()) {
      const auto piece = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
      const auto equals = piece.find('=');
      pattern.query.emplace_back(piece.substr(0, equals),
                                 equals == std::string_view::npos ? "" : piece.substr(equals + 1));
    }
    patterns_.push_back(std::move(pattern));
  }
  std::stable_sort(patterns_.begin(), patterns_.end(), [](const Pattern& a, const Pattern& b) {
    return std::pair(a.literals, a.query.size()) > std::pair(b.literals, b.query.size());
  });
}

bool RestRouter::matches_path(const Pattern& pattern, const std::vector<std::string_view>& path) {
  const auto& segments = pattern.segments;
  const bool greedy = !segments.empty() && segments.back().greedy;
  if (greedy ? path.size() < segments.size() : path.size() != segments.size()) return false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].is_label ? path[i].empty() && !segments[i].greedy
                             : segments[i].text != path[i]) {
      return false;
    }
  }
  return true;
}

void RestRouter::fill_labels(const Pattern& pattern, const std::vector<std::string_view>& path,
                             wire::Labels& labels) {
  for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
    const Segment& segment = pattern.segments[i];
    if (!segment.is_label) continue;
    std::string_view text = path[i];
    if (segment.greedy) {
      const char* end = path.back().data() + path.back().size();
      text = {text.data(), static_cast<std::size_t>(end - text.data())};
    }
    labels.emplace_back(segment.text, http::percent_decode(text));
  }
}

Result<const model::Operation*> RestRouter::match(const http::Request& request,
                                                  wire::Labels& labels) const {
  const auto path = split_path(request.path);
  bool path_known = false;
  for (const Pattern& pattern : patterns_) {
    if (!matches_path(pattern, path)) continue;
    path_known = true;
    if (pattern.operation->method != request.method) continue;
    const bool query_matches =
        std::all_of(pattern.query.begin(), pattern.query.end(), [&](const auto& parameter) {
          return request.has_query(parameter.first) &&
                 (parameter.second.empty() ||
                  request.query_value(parameter.first) == parameter.second);
        });
    if (!query_matches) continue;
    fill_labels(pattern, path, labels);
    return pattern.operation;
  }
  if (path_known) return wrong_method();
  return unknown_path();
}

}  // namespace cumulite::route
