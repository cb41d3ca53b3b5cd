#include <algorithm>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/access.h"
#include "emulator/services/logs/operations.h"
#include "storage/kv/key_codec.h"

namespace cumulite::logs {
namespace {

constexpr std::int32_t kReadEventsMax = 10'000;
constexpr std::size_t kReadBytesMax = 1024 * 1024;

/// "f/DIGITS/s" continues towards newer events, "b/DIGITS/s" towards older ones.
struct Token {
  bool is_forward = true;
  Position position;

  std::string text() const { return (is_forward ? "f/" : "b/") + position.digits() + "/s"; }

  static std::optional<Token> parse(std::string_view text) {
    if (!text.starts_with("f/") && !text.starts_with("b/")) return std::nullopt;
    if (!text.ends_with("/s") || text.size() < 4) return std::nullopt;
    const auto position = Position::parse(text.substr(2, text.size() - 4));
    if (!position) return std::nullopt;
    return Token{text.front() == 'f', *position};
  }
};

/// Where to read, and from which end.
struct Window {
  std::string from;
  std::string to;
  bool newest_first = false;
};

Window window_of(const std::string& events, const api::GetLogEventsRequest& req,
                 const std::optional<Token>& token, std::int64_t oldest_ms) {
  Window window;
  const std::int64_t start_ms = std::max(req.startTime.value_or(0), oldest_ms);
  window.from = keys::event(events, {start_ms, 0});
  window.to = req.endTime ? keys::event(events, {*req.endTime, 0}) : storage::prefix_end(events);
  window.newest_first = token ? !token->is_forward : !req.startFromHead.value_or(false);
  if (!token) return window;
  const std::string at = keys::event(events, token->position);
  if (token->is_forward) {
    window.from = std::max(window.from, at + '\0');
  } else {
    window.to = std::min(window.to, at);
  }
  return window;
}

}  // namespace

Result<api::GetLogEventsResponse> get_log_events(Context& ctx,
                                                 const api::GetLogEventsRequest& req) {
  CUMULITE_ASSIGN(const GroupRef ref, asked_group(ctx, req.logGroupName, req.logGroupIdentifier));
  std::optional<Token> token;
  if (req.nextToken) {
    token = Token::parse(*req.nextToken);
    if (!token) return errors::invalid_token();
  }
  const auto group = load_group(ctx.env.store, ref);
  if (!group) return errors::group_not_found();
  if (!ctx.env.store.get(spaces::kLogs, keys::stream(ref, *req.logStreamName))) {
    return errors::stream_not_found();
  }
  const std::string events = keys::events(ref, *req.logStreamName);
  const Window window = window_of(events, req, token, oldest_kept_ms(*group, ctx.now_ms));
  storage::Page page;
  if (window.from < window.to) {
    storage::RangeOptions options;
    options.limit = static_cast<std::size_t>(req.limit.value_or(kReadEventsMax));
    options.bytes_max = kReadBytesMax;
    options.reverse = window.newest_first;
    page = ctx.env.store.range(spaces::kLogEvents, window.from, window.to, options);
  }
  if (window.newest_first) std::reverse(page.rows.begin(), page.rows.end());
  api::GetLogEventsResponse answer;
  answer.events.emplace();
  for (const auto& row : page.rows) {
    Event event = decode_event(row.value);
    answer.events->push_back({.timestamp = keys::position(row.key).timestamp_ms,
                              .message = std::move(event.message),
                              .ingestionTime = event.ingested_ms});
  }
  // At an end of the stream the token that was given comes back: so clients know that they are
  // done.
  const Position here = token ? token->position : Position{};
  Token forward{true, here};
  Token backward{false, here};
  if (!page.rows.empty()) {
    forward.position = keys::position(page.rows.back().key);
    backward.position = keys::position(page.rows.front().key);
  }
  answer.nextForwardToken = forward.text();
  answer.nextBackwardToken = backward.text();
  return answer;
}

}  // namespace cumulite::logs
