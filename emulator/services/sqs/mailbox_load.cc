#include <algorithm>
#include <functional>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/mailbox.h"
#include "emulator/services/sqs/record.h"
#include "storage/kv/key_codec.h"

/// How a mailbox is rebuilt from its rows, once, when the queue is first used after a start.
namespace cumulite::sqs {
namespace {

using spaces::kSqsMessages;

constexpr std::size_t kRowsAtOnce = 10'000;

void for_each_row(const storage::Reader& reader, const std::string& prefix,
                  const std::function<void(const storage::KeyValue&)>& visit) {
  const std::string end = storage::prefix_end(prefix);
  std::string from = prefix;
  for (;;) {
    const storage::Page page = reader.range(kSqsMessages, from, end, {.limit = kRowsAtOnce});
    for (const storage::KeyValue& row : page.rows) visit(row);
    if (!page.more || page.rows.empty()) return;
    from = page.rows.back().key;
    from.push_back('\0');
  }
}

}  // namespace

void Mailbox::load(const storage::Reader& reader, std::int64_t now_ms) {
  load_messages(reader, now_ms);
  if (fifo_) load_deduplications(reader);
  if (const auto row = reader.get(kSqsMessages, keys::sequence_limit(queue_id_))) {
    next_sequence_ = RecordReader(*row).u64();
  }
  sequence_limit_ = next_sequence_;
  is_loaded_ = true;
}

void Mailbox::load_messages(const storage::Reader& reader, std::int64_t now_ms) {
  std::unordered_map<std::uint64_t, Receipt> receipts;
  for_each_row(reader, keys::receipts(queue_id_), [&](const storage::KeyValue& row) {
    receipts.emplace(keys::sequence_of(row.key), decode_receipt(row.value));
  });
  for_each_row(reader, keys::messages(queue_id_), [&](const storage::KeyValue& row) {
    std::string_view content;
    const MessageHead head = decode_head(row.value, content);
    QueueIndex::NewEntry entry = {.sequence = keys::sequence_of(row.key),
                                  .sent_ms = head.sent_ms,
                                  .visible_at_ms = head.visible_at_ms,
                                  .receive_count = head.receive_count,
                                  .has_pieces = head.pieces > 0,
                                  .group_id = head.group_id};
    if (const auto found = receipts.find(entry.sequence); found != receipts.end()) {
      entry.visible_at_ms = found->second.visible_at_ms;
      entry.receive_count = found->second.receive_count;
      entry.received = true;
      entry.in_flight = true;
    }
    index_.add(entry, now_ms);
  });
  // Receive attempts are remembered by the receipts that they wrote, in order of sequence.
  std::vector<std::pair<std::uint64_t, Receipt>> attempted;
  for (const auto& [sequence, receipt] : receipts) {
    if (receipt.attempt != 0) attempted.emplace_back(sequence, receipt);
  }
  std::sort(attempted.begin(), attempted.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  for (const auto& [sequence, receipt] : attempted) {
    Attempt& attempt = attempts_[receipt.attempt];
    if (attempt.messages.empty()) {
      attempt.at_ms = receipt.last_receive_ms;
      attempts_by_age_.emplace_back(attempt.at_ms, receipt.attempt);
    }
    attempt.messages.push_back({sequence, receipt.receive_count, receipt.visible_at_ms});
  }
  std::sort(attempts_by_age_.begin(), attempts_by_age_.end());
}

void Mailbox::load_deduplications(const storage::Reader& reader) {
  for_each_row(reader, keys::deduplications(queue_id_), [&](const storage::KeyValue& row) {
    remembered_.push_back({decode_deduplication(row.value).sent_ms, keys::digest_of(row.key)});
  });
  std::sort(remembered_.begin(), remembered_.end(),
            [](const auto& left, const auto& right) { return left.sent_ms < right.sent_ms; });
}

}  // namespace cumulite::sqs
