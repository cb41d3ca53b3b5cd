#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "emulator/events/outbox.h"

namespace cumulite {

/// What the outbox keeps in memory of one kind: the sequences to deliver, not the events. Beyond
/// kReadyMax of them the rest stays in the store and is read in pages. Not thread-safe: the
/// outbox's lock guards it.
class OutboxLane {
 public:
  static constexpr std::size_t kReadyMax = 50'000;
  static constexpr std::size_t kPageRows = 1'000;

  OutboxLane(storage::Store& store, std::string kind, unsigned concurrency,
             Outbox::Deliverer deliver);

  /// An event was committed.
  void add(std::uint64_t sequence);
  /// To be delivered once more, not before `not_before_ms` of real time.
  void put_back(std::uint64_t sequence, std::int64_t not_before_ms);
  /// The next sequence, still in the lane; reads a page when memory has none.
  std::optional<std::uint64_t> peek();
  /// Moves it to those in flight.
  void take(std::uint64_t sequence);
  /// It is delivered, or moved elsewhere.
  void finish(std::uint64_t sequence);

  /// Counts a failure of it; how many there were.
  unsigned fail(std::uint64_t sequence) { return ++failures_[sequence]; }

  bool has_in_flight() const { return !in_flight_.empty(); }

  /// Real time before which nothing is delivered, after a failure.
  std::int64_t not_before_ms() const { return not_before_ms_; }

  /// Forgets everything that is not in flight.
  void clear();
  /// Looks at the store again from its first row.
  void rescan();

  const std::string& kind() const { return kind_; }

  unsigned concurrency() const { return concurrency_; }

  const Outbox::Deliverer& deliver() const { return deliver_; }

  /// What its workers wait for, if it has any of its own.
  std::condition_variable& has_work() { return has_work_; }

 private:
  void read_page();

  storage::Store& store_;
  std::string kind_;
  unsigned concurrency_;
  Outbox::Deliverer deliver_;
  std::condition_variable has_work_;
  std::set<std::uint64_t> ready_;
  std::set<std::uint64_t> in_flight_;
  std::map<std::uint64_t, unsigned> failures_;
  /// Events from this sequence on are in the store only.
  std::optional<std::uint64_t> unread_from_;
  std::int64_t not_before_ms_ = 0;
};

}  // namespace cumulite
