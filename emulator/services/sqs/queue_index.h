#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// What memory knows of one queue's messages: which are ready and in which order, which are hidden
/// and until when. It is rebuilt from the rows and changed only when they were committed, under the
/// queue's domain; no member is thread-safe by itself.
namespace cumulite::sqs {

/// Orders ready messages of one message group (in a standard queue: of one tenant; messages without
/// a group share the unnamed lane).
struct Lane {
  std::string group_id;
  /// FIFO: all messages in order. Standard: those never handed out, in order. Sequences that are
  /// gone, or no longer ready in a standard queue, are dropped when they come to the front.
  std::deque<std::uint64_t> line;
  /// Standard queues: messages that became ready later (delay, visibility timeout).
  std::set<std::uint64_t> returned;
  std::size_t size = 0;       ///< Messages of the lane in any state.
  std::size_t in_flight = 0;  ///< Of them, received and hidden.
  /// By which the lane waits among the heads: the sequence of its oldest ready message; FIFO: the
  /// turn that it drew when it last began to wait. 0: it does not wait.
  std::uint64_t head = 0;
};

class QueueIndex {
 public:
  enum class State : std::uint8_t { kReady, kDelayed, kInFlight };

  struct Entry {
    std::int64_t visible_at_ms = 0;
    std::int64_t sent_ms = 0;
    Lane* lane = nullptr;
    std::uint32_t receive_count = 0;  ///< Over all queues.
    State state = State::kReady;
    bool received = false;    ///< It has a receipt row.
    bool has_pieces = false;  ///< It has body rows.
  };

  struct NewEntry {
    std::uint64_t sequence = 0;
    std::int64_t sent_ms = 0;
    std::int64_t visible_at_ms = 0;
    std::uint32_t receive_count = 0;
    bool received = false;
    bool in_flight = false;  ///< When hidden: by a receive, not by a delay.
    bool has_pieces = false;
    std::string_view group_id = {};
  };

  struct Counts {
    std::size_t ready = 0;
    std::size_t delayed = 0;
    std::size_t in_flight = 0;
  };

  struct Expired {
    std::uint64_t sequence = 0;
    bool received = false;
    bool has_pieces = false;
  };

  explicit QueueIndex(bool fifo) : fifo_(fifo) {}

  QueueIndex(const QueueIndex&) = delete;
  QueueIndex& operator=(const QueueIndex&) = delete;

  /// Adds a message with a new sequence. Sequences may come in any order while the index is
  /// rebuilt of a standard queue; those of a FIFO queue must rise.
  void add(const NewEntry& entry, std::int64_t now_ms);
  void remove(std::uint64_t sequence);
  /// The message was handed out: hidden until `visible_at_ms`; if that is now or earlier it is
  /// ready again at once.
  void receive(std::uint64_t sequence, std::int64_t visible_at_ms, std::int64_t now_ms);
  /// Hides a message in flight until another time, or shows it again.
  void change_visibility(std::uint64_t sequence, std::int64_t visible_at_ms, std::int64_t now_ms);
  void clear();

  /// Makes ready what became visible, and forgets what is older than `retention_ms`; appends those
  /// to `expired`, whose rows the caller deletes.
  void advance(std::int64_t now_ms, std::int64_t retention_ms, std::vector<Expired>& expired);

  /// The next messages to hand out, at most `max`, in order; changes nothing. FIFO: as many of one
  /// group as there are before another's, and none behind a message in flight; a group that was
  /// handed out, or had nothing ready, waits behind the others when it is ready again. Standard:
  /// the oldest first, but messages of a noisy tenant behind those of the others.
  std::vector<std::uint64_t> pick(std::size_t max) const;

  const Entry* find(std::uint64_t sequence) const;

  /// What CloudWatch shows of a queue beside the counts. Looks at every message.
  struct Figures {
    std::int64_t oldest_sent_ms = 0;  ///< 0: there is no message.
    std::size_t noisy_groups = 0;
    std::size_t ready_in_quiet_groups = 0;
    std::size_t in_flight_in_quiet_groups = 0;
    std::size_t delayed_in_quiet_groups = 0;
  };

  Figures figures() const;

  Counts counts() const { return counts_; }

  std::size_t size() const { return entries_.size(); }

  bool has_ready() const { return !heads_.empty(); }

  /// When the next hidden message becomes visible; 0 if none is hidden. May be early, never late.
  std::int64_t next_due_ms() const { return timers_.empty() ? 0 : timers_.front().first; }

  /// All messages, in order of sequence: for peeking.
  std::vector<std::uint64_t> sequences() const;

 private:
  using Timer = std::pair<std::int64_t, std::uint64_t>;  // Time, sequence; a min-heap in a vector.

  Lane& lane_of(std::string_view group_id);
  void hide(std::uint64_t sequence, Entry& entry, State state, std::int64_t visible_at_ms);
  void show(std::uint64_t sequence, Entry& entry);
  void leave_state(const Entry& entry);
  void refresh(Lane& lane);
  void set_head(Lane& lane, std::uint64_t head);
  std::uint64_t first_ready(Lane& lane);
  bool is_noisy(const Lane& lane) const;
  std::vector<std::uint64_t> pick_fifo(std::size_t max) const;
  std::vector<std::uint64_t> pick_standard(std::size_t max) const;
  void take_due(std::int64_t now_ms);
  void push_timer(std::int64_t due_ms, std::uint64_t sequence);
  void compact_timers();
  void compact_ages();

  const bool fifo_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::unordered_map<std::string, std::unique_ptr<Lane>> lanes_;
  std::set<std::pair<std::uint64_t, Lane*>>
      heads_;                  // Lanes with something ready, first of all in front.
  std::vector<Timer> timers_;  // Hidden messages; stale ones are skipped.
  std::vector<Timer> ages_;    // Time of sending of all messages, likewise.
  Counts counts_;
  std::uint64_t last_turn_ = 0;  // FIFO.
};

}  // namespace cumulite::sqs
