#include <algorithm>
#include <deque>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/logs/access.h"
#include "emulator/services/logs/filter_pattern.h"
#include "emulator/services/logs/operations.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::logs {
namespace {

constexpr std::int32_t kEventsMax = 10'000;
constexpr std::size_t kBytesMax = 1024 * 1024;
/// A page ends, with a token, when so many events were looked at: a rare match in a large group
/// must not hold up its caller for long.
constexpr std::size_t kLookedAtMax = 200'000;

/// Place of an event among those of all streams.
struct Place {
  Position position;
  std::string stream;

  auto operator<=>(const Place&) const = default;

  std::string token() const { return codec::base64_encode(position.digits() + stream); }

  static std::optional<Place> parse(std::string_view token) {
    const std::size_t digits = Position{}.digits().size();
    const auto text = codec::base64_decode(token);
    if (!text || text->size() < digits) return std::nullopt;
    const auto position = Position::parse(std::string_view(*text).substr(0, digits));
    if (!position) return std::nullopt;
    return Place{*position, text->substr(digits)};
  }
};

/// Reads one stream in order, some rows at a time.
class Cursor {
 public:
  Cursor(const storage::Reader& reader, std::string stream, std::string from, std::string to)
      : reader_(reader), stream_(std::move(stream)), from_(std::move(from)), to_(std::move(to)) {
    fill();
  }

  bool done() const { return rows_.empty(); }

  Place place() const { return {keys::position(rows_.front().key), stream_}; }

  const storage::KeyValue& row() const { return rows_.front(); }

  void next() {
    rows_.pop_front();
    if (rows_.empty() && more_) fill();
  }

 private:
  void fill() {
    constexpr std::size_t kStep = 200;
    if (from_ >= to_) return;
    auto page = reader_.range(spaces::kLogEvents, from_, to_, {.limit = kStep});
    more_ = page.more;
    if (!page.rows.empty()) from_ = page.rows.back().key + '\0';
    rows_.assign(std::make_move_iterator(page.rows.begin()),
                 std::make_move_iterator(page.rows.end()));
  }

  const storage::Reader& reader_;
  std::string stream_;
  std::string from_;
  std::string to_;
  std::deque<storage::KeyValue> rows_;
  bool more_ = false;
};

/// The streams that are asked for.
Result<std::vector<std::string>> pick_streams(Context& ctx, const GroupRef& ref,
                                              const api::FilterLogEventsRequest& req) {
  if (req.logStreamNames && req.logStreamNamePrefix) {
    return errors::invalid_parameter(
        "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  }
  std::vector<std::string> names;
  if (req.logStreamNames) {
    for (const std::string& name : *req.logStreamNames) {
      if (!ctx.env.store.get(spaces::kLogs, keys::stream(ref, name))) {
        return errors::stream_not_found();
      }
      names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }
  const std::string all = keys::streams(ref);
  const std::string prefix = all + req.logStreamNamePrefix.value_or("");
  std::string from = prefix;
  while (true) {
    const auto page = ctx.env.store.range(spaces::kLogs, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) names.push_back(row.key.substr(all.size()));
    if (!page.more) return names;
    from = page.rows.back().key + '\0';
  }
}

std::vector<Cursor> open_cursors(Context& ctx, const GroupRef& ref,
                                 const std::vector<std::string>& streams,
                                 const api::FilterLogEventsRequest& req, std::int64_t oldest_ms) {
  std::vector<Cursor> cursors;
  const std::int64_t start_ms = std::max(req.startTime.value_or(0), oldest_ms);
  for (const std::string& stream : streams) {
    const std::string events = keys::events(ref, stream);
    const std::string to =
        req.endTime ? keys::event(events, {*req.endTime + 1, 0}) : storage::prefix_end(events);
    cursors.emplace_back(ctx.env.store, stream, keys::event(events, {start_ms, 0}), to);
  }
  return cursors;
}

/// The events of several streams, the earliest first.
class MergedEvents {
 public:
  explicit MergedEvents(std::vector<Cursor> cursors) : cursors_(std::move(cursors)) {
    for (Cursor& cursor : cursors_) {
      if (!cursor.done()) heap_.push_back(&cursor);
    }
    std::make_heap(heap_.begin(), heap_.end(), is_later);
  }

  bool done() const { return heap_.empty(); }

  /// The stream whose next event is the earliest.
  const Cursor& front() const { return *heap_.front(); }

  void next() {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    heap_.back()->next();
    if (heap_.back()->done()) {
      heap_.pop_back();
    } else {
      std::push_heap(heap_.begin(), heap_.end(), is_later);
    }
  }

 private:
  static bool is_later(const Cursor* a, const Cursor* b) { return b->place() < a->place(); }

  std::vector<Cursor> cursors_;
  std::vector<Cursor*> heap_;
};

api::FilteredLogEvent show(const Place& place, Event event) {
  return {.logStreamName = place.stream,
          .timestamp = place.position.timestamp_ms,
          .message = std::move(event.message),
          .ingestionTime = event.ingested_ms,
          .eventId = place.position.digits()};
}

}  // namespace

Result<api::FilterLogEventsResponse> filter_log_events(Context& ctx,
                                                       const api::FilterLogEventsRequest& req) {
  CUMULITE_ASSIGN(const GroupRef ref, asked_group(ctx, req.logGroupName, req.logGroupIdentifier));
  CUMULITE_ASSIGN(const FilterPattern pattern,
                  FilterPattern::parse(req.filterPattern.value_or("")));
  std::optional<Place> after;
  if (req.nextToken) {
    after = Place::parse(*req.nextToken);
    if (!after) return errors::invalid_token();
  }
  const auto group = load_group(ctx.env.store, ref);
  if (!group) return errors::group_not_found();
  CUMULITE_ASSIGN(const auto streams, pick_streams(ctx, ref, req));
  const std::int64_t kept_ms = oldest_kept_ms(*group, ctx.now_ms);
  const std::int64_t oldest_ms = after ? std::max(kept_ms, after->position.timestamp_ms) : kept_ms;
  MergedEvents events(open_cursors(ctx, ref, streams, req, oldest_ms));

  api::FilterLogEventsResponse answer;
  answer.events.emplace();
  answer.searchedLogStreams.emplace();
  const auto limit = static_cast<std::size_t>(req.limit.value_or(kEventsMax));
  std::size_t bytes = 0;
  std::size_t looked_at = 0;
  Place last;
  for (; !events.done(); events.next()) {
    if (answer.events->size() >= limit || bytes >= kBytesMax || looked_at >= kLookedAtMax) {
      answer.nextToken = last.token();
      break;
    }
    Place place = events.front().place();
    if (after && !(*after < place)) continue;
    ++looked_at;
    Event event = decode_event(events.front().row().value);
    if (pattern.matches(event.message)) {
      bytes += event.message.size() + kEventOverheadBytes;
      answer.events->push_back(show(place, std::move(event)));
    }
    last = std::move(place);
  }
  return answer;
}

}  // namespace cumulite::logs
