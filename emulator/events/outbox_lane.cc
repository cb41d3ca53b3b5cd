#include "emulator/events/outbox_lane.h"

#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/events/outbox_rows.h"
#include "storage/kv/key_codec.h"

namespace cumulite {

OutboxLane::OutboxLane(storage::Store& store, std::string kind, unsigned concurrency,
                       Outbox::Deliverer deliver)
    : store_(store),
      kind_(std::move(kind)),
      concurrency_(concurrency),
      deliver_(std::move(deliver)) {}

void OutboxLane::add(std::uint64_t sequence) {
  // What lies beyond the bound will be read from the store. What is in flight was read from the
  // store before this call told of its commit.
  if (unread_from_ && sequence >= *unread_from_) return;
  if (in_flight_.contains(sequence)) return;
  if (ready_.size() >= kReadyMax && sequence > *ready_.rbegin()) {
    unread_from_ = sequence;
    return;
  }
  ready_.insert(sequence);
}

void OutboxLane::put_back(std::uint64_t sequence, std::int64_t not_before_ms) {
  in_flight_.erase(sequence);
  ready_.insert(sequence);
  not_before_ms_ = not_before_ms;
}

std::optional<std::uint64_t> OutboxLane::peek() {
  if (ready_.empty() && unread_from_) read_page();
  if (ready_.empty()) return std::nullopt;
  return *ready_.begin();
}

void OutboxLane::take(std::uint64_t sequence) {
  ready_.erase(sequence);
  in_flight_.insert(sequence);
}

void OutboxLane::finish(std::uint64_t sequence) {
  in_flight_.erase(sequence);
  failures_.erase(sequence);
}

void OutboxLane::clear() {
  ready_.clear();
  failures_.clear();
  unread_from_.reset();
  not_before_ms_ = 0;
}

void OutboxLane::rescan() {
  ready_.clear();
  unread_from_ = 0;
}

void OutboxLane::read_page() {
  // A row may be read here whose commit is told to `add` only later: it is then delivered and gone
  // when its sequence comes up a second time, and skipped.
  const std::string end = storage::prefix_end(outbox_rows::prefix(kind_));
  const auto page = store_.range(spaces::kOutbox, outbox_rows::key(kind_, *unread_from_), end,
                                 {.limit = kPageRows});
  for (const auto& row : page.rows) {
    const auto parsed = outbox_rows::parse(row.key);
    if (!parsed) continue;
    if (parsed->is_first && !in_flight_.contains(parsed->sequence)) {
      ready_.insert(parsed->sequence);
    }
    unread_from_ = parsed->sequence + 1;
  }
  if (!page.more) unread_from_.reset();
}

}  // namespace cumulite
