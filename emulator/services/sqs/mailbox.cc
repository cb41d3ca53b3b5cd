#include "emulator/services/sqs/mailbox.h"

#include <algorithm>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/record.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sqs {
namespace {

using spaces::kSqsMessages;
using storage::prefix_end;

// Sequences are reserved in blocks, so that one row write serves many sends and a restart goes on
// above all that were given.
constexpr std::uint64_t kSequenceBlock = 100'000;
// Expired rows deleted by one transaction, so that none of them pays for a whole queue.
constexpr std::size_t kExpiredRowsMax = 200;
constexpr std::size_t kForgottenMax = 64;
// Rows read at once where receives go through a queue in order. A deep queue's lie in several
// files, and looking for each alone costs as much as for all of them.
constexpr std::size_t kReadAheadRows = 16;

}  // namespace

Mailbox::Mailbox(std::uint64_t queue_id, bool fifo, std::string topic)
    : queue_id_(queue_id), fifo_(fifo), topic_(std::move(topic)), index_(fifo) {}

void Mailbox::start_empty(std::uint64_t first_sequence) {
  next_sequence_ = std::max<std::uint64_t>(first_sequence, 1);
  sequence_limit_ = next_sequence_;
  is_loaded_ = true;
}

void Mailbox::open(storage::Txn& txn, const QueueConfig& config, std::int64_t now_ms) {
  if (!is_loaded_) load(txn, now_ms);
  index_.advance(now_ms, std::int64_t{config.retention_seconds} * 1000, expired_);
  if (!expired_.empty()) drop_expired_rows(txn);
  if (!remembered_.empty()) forget_deduplications(txn, now_ms);
  if (!attempts_by_age_.empty()) forget_attempts(now_ms);
}

std::uint64_t Mailbox::next_sequence(storage::Txn& txn) {
  const std::uint64_t sequence = next_sequence_++;
  if (sequence >= sequence_limit_) {
    const std::uint64_t limit = sequence + kSequenceBlock;
    std::string row;
    RecordWriter(row).u64(limit);
    txn.put(kSqsMessages, keys::sequence_limit(queue_id_), row);
    txn.on_commit([this, limit] { sequence_limit_ = std::max(sequence_limit_, limit); });
  }
  return sequence;
}

void Mailbox::put(storage::Txn& txn, std::uint64_t sequence, MessageHead head,
                  std::string_view content, std::int64_t now_ms) {
  head.pieces = 0;
  std::string_view inline_content = content;
  if (content.size() > kInlineBytesMax) {
    for (std::size_t from = 0; from < content.size(); from += kPieceBytes) {
      txn.put(kSqsMessages, keys::body(queue_id_, sequence, head.pieces++),
              content.substr(from, kPieceBytes));
    }
    inline_content = {};
  }
  txn.put(kSqsMessages, keys::message(queue_id_, sequence), encode_message(head, inline_content));
  txn.notify(topic_);
  txn.on_commit([this, sequence, now_ms, head = std::move(head)] {
    is_untouched_ = false;
    index_.add({.sequence = sequence,
                .sent_ms = head.sent_ms,
                .visible_at_ms = head.visible_at_ms,
                .receive_count = head.receive_count,
                .has_pieces = head.pieces > 0,
                .group_id = head.group_id},
               now_ms);
  });
}

std::optional<std::string> Mailbox::read_row(const storage::Reader& reader,
                                             std::uint64_t sequence) {
  const bool in_order = sequence > last_read_ && sequence - last_read_ <= kReadAheadRows;
  last_read_ = sequence;
  const std::string key = keys::message(queue_id_, sequence);
  if (!in_order) return reader.get(kSqsMessages, key);
  while (!ahead_.empty() && ahead_.front().first < sequence) ahead_.pop_front();
  if (ahead_.empty() || ahead_.front().first != sequence) {
    ahead_.clear();
    storage::Page page =
        reader.range(kSqsMessages, key, storage::prefix_end(keys::messages(queue_id_)),
                     {.limit = kReadAheadRows});
    for (storage::KeyValue& row : page.rows) {
      ahead_.emplace_back(keys::sequence_of(row.key), std::move(row.value));
    }
    if (ahead_.empty() || ahead_.front().first != sequence) return std::nullopt;
  }
  std::string row = std::move(ahead_.front().second);
  ahead_.pop_front();
  return row;
}

std::optional<StoredMessage> Mailbox::read(const storage::Reader& reader, std::uint64_t sequence) {
  const QueueIndex::Entry* entry = index_.find(sequence);
  if (entry == nullptr) return std::nullopt;
  const auto row = read_row(reader, sequence);
  if (!row) return std::nullopt;
  StoredMessage message;
  message.sequence = sequence;
  std::string_view content;
  message.record.head = decode_head(*row, content);
  const MessageHead& head = message.record.head;
  std::string joined;
  for (std::uint32_t piece = 0; piece < head.pieces; ++piece) {
    joined += reader.get(kSqsMessages, keys::body(queue_id_, sequence, piece)).value_or("");
  }
  message.record.content = decode_content(head.pieces > 0 ? joined : content);
  message.receipt.receive_count = head.receive_count;
  message.receipt.first_receive_ms = head.first_receive_ms;
  message.receipt.visible_at_ms = head.visible_at_ms;
  if (entry->received) {
    const auto receipt = reader.get(kSqsMessages, keys::receipt(queue_id_, sequence));
    if (receipt) message.receipt = decode_receipt(*receipt);
  }
  return message;
}

void Mailbox::receive(storage::Txn& txn, StoredMessage& message, std::int64_t visible_at_ms,
                      std::int64_t now_ms, std::uint64_t attempt) {
  Receipt& receipt = message.receipt;
  receipt.visible_at_ms = visible_at_ms;
  ++receipt.receive_count;
  receipt.last_receive_ms = now_ms;
  receipt.attempt = attempt;
  if (receipt.first_receive_ms == 0) receipt.first_receive_ms = now_ms;
  const std::uint64_t sequence = message.sequence;
  txn.put(kSqsMessages, keys::receipt(queue_id_, sequence), encode_receipt(receipt));
  txn.on_commit(
      [this, sequence, visible_at_ms, now_ms] { index_.receive(sequence, visible_at_ms, now_ms); });
}

void Mailbox::change_visibility(storage::Txn& txn, std::uint64_t sequence,
                                std::int64_t visible_at_ms, std::int64_t now_ms,
                                std::uint64_t attempt) {
  const std::string key = keys::receipt(queue_id_, sequence);
  Receipt receipt;
  if (const auto row = txn.get(kSqsMessages, key)) receipt = decode_receipt(*row);
  receipt.visible_at_ms = visible_at_ms;
  receipt.attempt = attempt;
  txn.put(kSqsMessages, key, encode_receipt(receipt));
  txn.notify(topic_);
  txn.on_commit([this, sequence, visible_at_ms, now_ms] {
    index_.change_visibility(sequence, visible_at_ms, now_ms);
  });
}

void Mailbox::erase(storage::Txn& txn, std::uint64_t sequence) {
  const QueueIndex::Entry* entry = index_.find(sequence);
  if (entry == nullptr) return;
  erase_rows(txn, {sequence, entry->received, entry->has_pieces});
  // What stood behind it in its group may be ready now.
  if (fifo_) txn.notify(topic_);
  txn.on_commit([this, sequence] { index_.remove(sequence); });
}

void Mailbox::purge(storage::Txn& txn) {
  for (const std::string& prefix : {keys::messages(queue_id_), keys::bodies(queue_id_),
                                    keys::receipts(queue_id_), keys::deduplications(queue_id_)}) {
    txn.del_range(kSqsMessages, prefix, prefix_end(prefix));
  }
  txn.on_commit([this] {
    index_.clear();
    expired_.clear();
    attempts_.clear();
    attempts_by_age_.clear();
    remembered_.clear();
    ahead_.clear();
    is_untouched_ = true;
  });
}

std::optional<Deduplication> Mailbox::find_duplicate(const storage::Reader& reader,
                                                     std::string_view digest,
                                                     std::int64_t now_ms) const {
  const auto row = reader.get(kSqsMessages, keys::deduplication(queue_id_, digest));
  if (!row) return std::nullopt;
  Deduplication found = decode_deduplication(*row);
  if (found.sent_ms + kDeduplicationMs <= now_ms) return std::nullopt;
  return found;
}

void Mailbox::remember(storage::Txn& txn, std::string_view digest,
                       const Deduplication& deduplication) {
  txn.put(kSqsMessages, keys::deduplication(queue_id_, digest),
          encode_deduplication(deduplication));
  txn.on_commit([this, remembered = Remembered{deduplication.sent_ms, std::string(digest)}] {
    remembered_.push_back(remembered);
  });
}

std::vector<std::uint64_t> Mailbox::find_attempt(std::uint64_t attempt, std::int64_t now_ms) const {
  const auto found = attempts_.find(attempt);
  if (found == attempts_.end() || found->second.at_ms + kDeduplicationMs <= now_ms) return {};
  std::vector<std::uint64_t> sequences;
  for (const AttemptedMessage& message : found->second.messages) {
    const QueueIndex::Entry* entry = index_.find(message.sequence);
    if (entry == nullptr || entry->state != QueueIndex::State::kInFlight ||
        entry->receive_count != message.receive_count ||
        entry->visible_at_ms != message.visible_at_ms) {
      return {};
    }
    sequences.push_back(message.sequence);
  }
  return sequences;
}

void Mailbox::remember_attempt(storage::Txn& txn, std::uint64_t attempt,
                               std::vector<std::uint64_t> sequences, std::int64_t now_ms) {
  txn.on_commit([this, attempt, now_ms, sequences = std::move(sequences)] {
    Attempt& made = attempts_[attempt];
    made = {now_ms, {}};
    for (const std::uint64_t sequence : sequences) {
      const QueueIndex::Entry* entry = index_.find(sequence);
      if (entry == nullptr) continue;
      made.messages.push_back({sequence, entry->receive_count, entry->visible_at_ms});
    }
    attempts_by_age_.emplace_back(now_ms, attempt);
  });
}

std::int64_t Mailbox::take_wake_ms(std::int64_t now_ms) {
  const std::int64_t due_ms = index_.next_due_ms();
  if (due_ms == 0 || (due_ms == wake_asked_ms_ && wake_asked_ms_ > now_ms)) return 0;
  wake_asked_ms_ = due_ms;
  return due_ms;
}

void Mailbox::erase_rows(storage::Txn& txn, const QueueIndex::Expired& message) {
  txn.del(kSqsMessages, keys::message(queue_id_, message.sequence));
  if (message.received) txn.del(kSqsMessages, keys::receipt(queue_id_, message.sequence));
  if (message.has_pieces) {
    const std::string pieces = keys::body_pieces(queue_id_, message.sequence);
    txn.del_range(kSqsMessages, pieces, prefix_end(pieces));
  }
}

void Mailbox::drop_expired_rows(storage::Txn& txn) {
  const std::size_t count = std::min(expired_.size(), kExpiredRowsMax);
  for (std::size_t i = expired_.size() - count; i < expired_.size(); ++i) {
    erase_rows(txn, expired_[i]);
  }
  txn.on_commit([this, kept = expired_.size() - count] { expired_.resize(kept); });
}

void Mailbox::forget_deduplications(storage::Txn& txn, std::int64_t now_ms) {
  for (std::size_t i = 0; i < kForgottenMax && !remembered_.empty(); ++i) {
    const Remembered& oldest = remembered_.front();
    if (oldest.sent_ms + kDeduplicationMs > now_ms) return;
    // The same id may have been sent again since: then the row is the younger message's.
    const std::string key = keys::deduplication(queue_id_, oldest.digest);
    const auto row = txn.get(kSqsMessages, key);
    if (row && decode_deduplication(*row).sent_ms == oldest.sent_ms) txn.del(kSqsMessages, key);
    remembered_.pop_front();
  }
}

void Mailbox::forget_attempts(std::int64_t now_ms) {
  while (!attempts_by_age_.empty() && attempts_by_age_.front().first + kDeduplicationMs <= now_ms) {
    const auto [at_ms, attempt] = attempts_by_age_.front();
    attempts_by_age_.pop_front();
    const auto found = attempts_.find(attempt);
    if (found != attempts_.end() && found->second.at_ms == at_ms) attempts_.erase(found);
  }
}

}  // namespace cumulite::sqs
