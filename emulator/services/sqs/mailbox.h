#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/services/sqs/message_record.h"
#include "emulator/services/sqs/queue_config.h"
#include "emulator/services/sqs/queue_index.h"
#include "protocol/time_units.h"
#include "storage/kv/store.h"

namespace cumulite::sqs {

/// For how long a FIFO queue remembers deduplication ids and receive attempts.
inline constexpr std::int64_t kDeduplicationMs = 5 * kMinuteMs;

/// A message as its rows tell, with what receives did to it.
struct StoredMessage {
  std::uint64_t sequence = 0;
  MessageRecord record;
  Receipt receipt;
};

/// The messages of one queue: rows in the store and the index over them, kept in step. Every member
/// is called inside a transaction that holds the queue's domain exclusively, after `open`; rows are
/// written to it, memory follows when it commits. The queue's topic is notified of whatever may let
/// a waiting receive succeed.
class Mailbox {
 public:
  Mailbox(std::uint64_t queue_id, bool fifo, std::string topic);
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// A queue made just now has no rows to read; its sequences begin after `first_sequence`.
  void start_empty(std::uint64_t first_sequence);
  /// Reads the rows if they were not read yet, shows what became visible, drops what expired.
  void open(storage::Txn& txn, const QueueConfig& config, std::int64_t now_ms);

  /// A new sequence: greater than all before it, also after a restart.
  std::uint64_t next_sequence(storage::Txn& txn);
  /// Adds a message under a sequence of next_sequence. Sets the head's `pieces`.
  void put(storage::Txn& txn, std::uint64_t sequence, MessageHead head, std::string_view content,
           std::int64_t now_ms);
  std::optional<StoredMessage> read(const storage::Reader& reader, std::uint64_t sequence);
  /// The message is handed out: writes its receipt, whose count and times it advances. `message` is
  /// brought up to date.
  void receive(storage::Txn& txn, StoredMessage& message, std::int64_t visible_at_ms,
               std::int64_t now_ms, std::uint64_t attempt);
  /// Hides a received message until another time, without a new receive. `attempt` is the receive
  /// attempt that still may be replayed with it; 0: none.
  void change_visibility(storage::Txn& txn, std::uint64_t sequence, std::int64_t visible_at_ms,
                         std::int64_t now_ms, std::uint64_t attempt = 0);
  void erase(storage::Txn& txn, std::uint64_t sequence);
  /// Drops all messages, and what FIFO queues remember of earlier ones.
  void purge(storage::Txn& txn);

  /// Whether nothing was sent since the last purge of this run of the daemon.
  bool is_untouched() const { return is_untouched_; }

  /// What was sent under the digest in the last five minutes.
  std::optional<Deduplication> find_duplicate(const storage::Reader& reader,
                                              std::string_view digest, std::int64_t now_ms) const;
  void remember(storage::Txn& txn, std::string_view digest, const Deduplication& deduplication);

  /// Messages handed out under a ReceiveRequestAttemptId, if all of them still are as they were.
  std::vector<std::uint64_t> find_attempt(std::uint64_t attempt, std::int64_t now_ms) const;
  void remember_attempt(storage::Txn& txn, std::uint64_t attempt,
                        std::vector<std::uint64_t> sequences, std::int64_t now_ms);

  const QueueIndex& index() const { return index_; }

  /// The time at which the next hidden message becomes visible, once for each time: 0 if none is
  /// hidden or it was asked before. For waking those who wait.
  std::int64_t take_wake_ms(std::int64_t now_ms);

 private:
  struct AttemptedMessage {
    std::uint64_t sequence = 0;
    std::uint32_t receive_count = 0;
    std::int64_t visible_at_ms = 0;
  };

  struct Attempt {
    std::int64_t at_ms = 0;
    std::vector<AttemptedMessage> messages;
  };

  struct Remembered {
    std::int64_t sent_ms = 0;
    std::string digest;
  };

  /// The message's row: in order of sequence they come from one read of several.
  std::optional<std::string> read_row(const storage::Reader& reader, std::uint64_t sequence);
  void load(const storage::Reader& reader, std::int64_t now_ms);
  void load_messages(const storage::Reader& reader, std::int64_t now_ms);
  void load_deduplications(const storage::Reader& reader);
  void erase_rows(storage::Txn& txn, const QueueIndex::Expired& message);
  void drop_expired_rows(storage::Txn& txn);
  void forget_deduplications(storage::Txn& txn, std::int64_t now_ms);
  void forget_attempts(std::int64_t now_ms);

  const std::uint64_t queue_id_;
  const bool fifo_;
  const std::string topic_;

  // All guarded by the queue's domain.
  QueueIndex index_;
  bool is_loaded_ = false;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t sequence_limit_ = 0;          // First sequence not reserved by a row.
  std::vector<QueueIndex::Expired> expired_;  // Gone from the index, rows not deleted yet.
  std::deque<Remembered> remembered_;         // Deduplication rows by age.
  std::uint64_t last_read_ = 0;
  std::deque<std::pair<std::uint64_t, std::string>> ahead_;  // Rows behind it: written once.
  std::unordered_map<std::uint64_t, Attempt> attempts_;
  std::deque<std::pair<std::int64_t, std::uint64_t>> attempts_by_age_;
  std::int64_t wake_asked_ms_ = 0;
  bool is_untouched_ = false;
};

}  // namespace cumulite::sqs
