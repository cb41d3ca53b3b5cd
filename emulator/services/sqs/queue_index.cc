#include "emulator/services/sqs/queue_index.h"

#include <algorithm>

namespace cumulite::sqs {
namespace {

// A heap may hold this many entries of messages that are gone before it is rebuilt.
constexpr std::size_t kStaleMin = 64;

// A tenant is noisy when it holds more than a tenth of the messages in flight, and enough of them
// to matter. AWS does not publish its measure; the effect (the others' messages overtake) is what
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
// describes.
constexpr std::size_t kNoisyInFlightMin = 10;
constexpr std::size_t kNoisyShare = 10;

constexpr auto kLater = std::greater<>();

}  // namespace

void QueueIndex::add(const NewEntry& added, std::int64_t now_ms) {
  Lane& lane = lane_of(added.group_id);
  Entry& entry = entries_[added.sequence];
  entry.sent_ms = added.sent_ms;
  entry.visible_at_ms = added.visible_at_ms;
  entry.lane = &lane;
  entry.receive_count = added.receive_count;
  entry.received = added.received;
  entry.has_pieces = added.has_pieces;
  ++lane.size;
  ages_.emplace_back(added.sent_ms, added.sequence);
  std::push_heap(ages_.begin(), ages_.end(), kLater);

  const bool hidden = added.visible_at_ms > now_ms;
  if (fifo_ || (!hidden && !added.received)) lane.line.push_back(added.sequence);
  if (hidden) {
    hide(added.sequence, entry, added.in_flight ? State::kInFlight : State::kDelayed,
         added.visible_at_ms);
  } else {
    entry.state = State::kReady;
    ++counts_.ready;
    if (!fifo_ && added.received) lane.returned.insert(added.sequence);
  }
  refresh(lane);
}

void QueueIndex::remove(std::uint64_t sequence) {
  const auto found = entries_.find(sequence);
  if (found == entries_.end()) return;
  Lane& lane = *found->second.lane;
  leave_state(found->second);
  lane.returned.erase(sequence);
  entries_.erase(found);
  if (--lane.size > 0) {
    refresh(lane);
  } else {
    set_head(lane, 0);
    lanes_.erase(lane.group_id);
  }
  compact_ages();
}

void QueueIndex::receive(std::uint64_t sequence, std::int64_t visible_at_ms, std::int64_t now_ms) {
  const auto found = entries_.find(sequence);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  ++entry.receive_count;
  entry.received = true;
  // Also when it stays visible, its group has had its turn.
  if (fifo_) set_head(*entry.lane, 0);
  change_visibility(sequence, visible_at_ms, now_ms);
}

void QueueIndex::change_visibility(std::uint64_t sequence, std::int64_t visible_at_ms,
                                   std::int64_t now_ms) {
  const auto found = entries_.find(sequence);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  leave_state(entry);
  entry.lane->returned.erase(sequence);
  if (visible_at_ms > now_ms) {
    hide(sequence, entry, State::kInFlight, visible_at_ms);
  } else {
    entry.visible_at_ms = visible_at_ms;
    // It leaves the line before it returns, so that it is not listed twice.
    entry.state = State::kInFlight;
    if (!fifo_) refresh(*entry.lane);
    show(sequence, entry);
  }
  refresh(*entry.lane);
}

void QueueIndex::clear() {
  entries_.clear();
  heads_.clear();
  lanes_.clear();
  timers_.clear();
  ages_.clear();
  counts_ = {};
}

void QueueIndex::advance(std::int64_t now_ms, std::int64_t retention_ms,
                         std::vector<Expired>& expired) {
  take_due(now_ms);
  while (!ages_.empty() && ages_.front().first + retention_ms <= now_ms) {
    const auto [sent_ms, sequence] = ages_.front();
    std::pop_heap(ages_.begin(), ages_.end(), kLater);
    ages_.pop_back();
    const Entry* entry = find(sequence);
    if (entry == nullptr || entry->sent_ms != sent_ms) continue;
    expired.push_back({sequence, entry->received, entry->has_pieces});
    remove(sequence);
  }
}

void QueueIndex::take_due(std::int64_t now_ms) {
  while (!timers_.empty() && timers_.front().first <= now_ms) {
    const auto [due_ms, sequence] = timers_.front();
    std::pop_heap(timers_.begin(), timers_.end(), kLater);
    timers_.pop_back();
    const auto found = entries_.find(sequence);
    if (found == entries_.end()) continue;
    Entry& entry = found->second;
    if (entry.state == State::kReady || entry.visible_at_ms != due_ms) continue;
    leave_state(entry);
    show(sequence, entry);
    refresh(*entry.lane);
  }
}

std::vector<std::uint64_t> QueueIndex::pick(std::size_t max) const {
  return fifo_ ? pick_fifo(max) : pick_standard(max);
}

std::vector<std::uint64_t> QueueIndex::pick_fifo(std::size_t max) const {
  std::vector<std::uint64_t> picked;
  for (const auto& [head, lane] : heads_) {
    for (const std::uint64_t sequence : lane->line) {
      if (picked.size() == max) return picked;
      const Entry* entry = find(sequence);
      if (entry == nullptr) continue;
      // A hidden message blocks what stands behind it in its group.
      if (entry->state != State::kReady) break;
      picked.push_back(sequence);
    }
  }
  return picked;
}

namespace {

/// Walks the ready messages of a standard lane in order of sequence.
class LaneCursor {
 public:
  explicit LaneCursor(const Lane& lane)
      : lane_(&lane), line_(lane.line.begin()), returned_(lane.returned.begin()) {}

  const Lane& lane() const { return *lane_; }

  /// The next sequence for which `is_ready` holds; 0 at the end.
  template <class Ready>
  std::uint64_t peek(const Ready& is_ready) {
    while (line_ != lane_->line.end() && (lane_->returned.contains(*line_) || !is_ready(*line_))) {
      ++line_;
    }
    const bool has_line = line_ != lane_->line.end();
    const bool has_returned = returned_ != lane_->returned.end();
    if (!has_line) return has_returned ? *returned_ : 0;
    return has_returned ? std::min(*line_, *returned_) : *line_;
  }

  void skip(std::uint64_t sequence) {
    if (returned_ != lane_->returned.end() && *returned_ == sequence) {
      ++returned_;
    } else {
      ++line_;
    }
  }

 private:
  const Lane* lane_;
  std::deque<std::uint64_t>::const_iterator line_;
  std::set<std::uint64_t>::const_iterator returned_;
};

}  // namespace

std::vector<std::uint64_t> QueueIndex::pick_standard(std::size_t max) const {
  const auto is_ready = [this](std::uint64_t sequence) {
    const Entry* entry = find(sequence);
    return entry != nullptr && entry->state == State::kReady;
  };
  // The oldest `max` messages lie in the `max` lanes with the oldest heads, so no more are opened:
  // quiet ones first, noisy ones only if those do not fill the answer.
  std::vector<LaneCursor> quiet;
  std::vector<LaneCursor> noisy;
  for (const auto& [head, lane] : heads_) {
    auto& cursors = is_noisy(*lane) ? noisy : quiet;
    if (cursors.size() < max) cursors.emplace_back(*lane);
    if (quiet.size() == max) break;
  }
  std::vector<std::uint64_t> picked;
  for (auto* cursors : {&quiet, &noisy}) {
    while (picked.size() < max) {
      LaneCursor* oldest = nullptr;
      std::uint64_t oldest_sequence = 0;
      for (LaneCursor& cursor : *cursors) {
        const std::uint64_t sequence = cursor.peek(is_ready);
        if (sequence != 0 && (oldest == nullptr || sequence < oldest_sequence)) {
          oldest = &cursor;
          oldest_sequence = sequence;
        }
      }
      if (oldest == nullptr) break;
      picked.push_back(oldest_sequence);
      oldest->skip(oldest_sequence);
    }
  }
  return picked;
}

bool QueueIndex::is_noisy(const Lane& lane) const {
  return !lane.group_id.empty() && lane.in_flight >= kNoisyInFlightMin &&
         lane.in_flight * kNoisyShare > counts_.in_flight && lanes_.size() > 1;
}

const QueueIndex::Entry* QueueIndex::find(std::uint64_t sequence) const {
  const auto found = entries_.find(sequence);
  return found == entries_.end() ? nullptr : &found->second;
}

QueueIndex::Figures QueueIndex::figures() const {
  Figures figures;
  for (const auto& [group, lane] : lanes_) {
    if (is_noisy(*lane)) ++figures.noisy_groups;
  }
  for (const auto& [sequence, entry] : entries_) {
    if (figures.oldest_sent_ms == 0 || entry.sent_ms < figures.oldest_sent_ms) {
      figures.oldest_sent_ms = entry.sent_ms;
    }
    if (is_noisy(*entry.lane)) continue;
    figures.ready_in_quiet_groups += entry.state == State::kReady ? 1 : 0;
    figures.in_flight_in_quiet_groups += entry.state == State::kInFlight ? 1 : 0;
    figures.delayed_in_quiet_groups += entry.state == State::kDelayed ? 1 : 0;
  }
  return figures;
}

std::vector<std::uint64_t> QueueIndex::sequences() const {
  std::vector<std::uint64_t> all;
  all.reserve(entries_.size());
  for (const auto& [sequence, entry] : entries_) all.push_back(sequence);
  std::sort(all.begin(), all.end());
  return all;
}

Lane& QueueIndex::lane_of(std::string_view group_id) {
  auto& lane = lanes_[std::string(group_id)];
  if (lane == nullptr) {
    lane = std::make_unique<Lane>();
    lane->group_id = group_id;
  }
  return *lane;
}

void QueueIndex::hide(std::uint64_t sequence, Entry& entry, State state,
                      std::int64_t visible_at_ms) {
  entry.state = state;
  entry.visible_at_ms = visible_at_ms;
  if (state == State::kInFlight) {
    ++counts_.in_flight;
    ++entry.lane->in_flight;
  } else {
    ++counts_.delayed;
  }
  push_timer(visible_at_ms, sequence);
}

void QueueIndex::show(std::uint64_t sequence, Entry& entry) {
  entry.state = State::kReady;
  ++counts_.ready;
  if (!fifo_) entry.lane->returned.insert(sequence);
}

void QueueIndex::leave_state(const Entry& entry) {
  switch (entry.state) {
    case State::kReady:
      --counts_.ready;
      break;
    case State::kDelayed:
      --counts_.delayed;
      break;
    case State::kInFlight:
      --counts_.in_flight;
      --entry.lane->in_flight;
      break;
  }
}

void QueueIndex::refresh(Lane& lane) {
  set_head(lane, first_ready(lane));
}

void QueueIndex::set_head(Lane& lane, std::uint64_t head) {
  // A group keeps its turn for as long as it waits, whichever of its messages is the first.
  if (fifo_ && head != 0) head = lane.head != 0 ? lane.head : ++last_turn_;
  if (lane.head == head) return;
  if (lane.head != 0) heads_.erase({lane.head, &lane});
  lane.head = head;
  if (head != 0) heads_.insert({head, &lane});
}

std::uint64_t QueueIndex::first_ready(Lane& lane) {
  while (!lane.line.empty()) {
    const std::uint64_t sequence = lane.line.front();
    const Entry* entry = find(sequence);
    if (fifo_ && entry != nullptr) return entry->state == State::kReady ? sequence : 0;
    if (entry != nullptr && entry->state == State::kReady && !lane.returned.contains(sequence)) {
      return lane.returned.empty() ? sequence : std::min(sequence, *lane.returned.begin());
    }
    lane.line.pop_front();
  }
  return lane.returned.empty() ? 0 : *lane.returned.begin();
}

void QueueIndex::push_timer(std::int64_t due_ms, std::uint64_t sequence) {
  timers_.emplace_back(due_ms, sequence);
  std::push_heap(timers_.begin(), timers_.end(), kLater);
  compact_timers();
}

void QueueIndex::compact_timers() {
  if (timers_.size() < kStaleMin + 2 * (counts_.in_flight + counts_.delayed)) return;
  std::erase_if(timers_, [this](const Timer& timer) {
    const Entry* entry = find(timer.second);
    return entry == nullptr || entry->state == State::kReady || entry->visible_at_ms != timer.first;
  });
  std::make_heap(timers_.begin(), timers_.end(), kLater);
}

void QueueIndex::compact_ages() {
  if (ages_.size() < kStaleMin + 2 * entries_.size()) return;
  std::erase_if(ages_, [this](const Timer& age) { return find(age.second) == nullptr; });
  std::make_heap(ages_.begin(), ages_.end(), kLater);
}

}  // namespace cumulite::sqs
