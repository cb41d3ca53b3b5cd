#include "emulator/services/sqs/acknowledging.h"

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/keys.h"
#include "emulator/services/sqs/receipt_handle.h"

namespace cumulite::sqs {
namespace {

Result<ReceiptHandle> read_handle(const Queue& queue, const std::string& text) {
  const auto handle = parse_receipt_handle(text);
  if (!handle || handle->queue_id != queue.id) return errors::receipt_handle_is_invalid(text);
  return *handle;
}

bool is_current(const QueueIndex::Entry& entry, const ReceiptHandle& handle) {
  return entry.state == QueueIndex::State::kInFlight && entry.receive_count == handle.receive_count;
}

}  // namespace

Result<void> delete_by_handle(storage::Txn& txn, Queue& queue, const std::string& text) {
  auto handle = read_handle(queue, text);
  if (!handle.ok()) return std::move(handle).error();
  const QueueIndex::Entry* entry = queue.mailbox.index().find(handle->sequence);
  if (entry == nullptr) return {};
  if (queue.fifo && !is_current(*entry, *handle)) return errors::receipt_handle_expired(text);
  queue.mailbox.erase(txn, handle->sequence);
  return {};
}

Result<void> change_visibility_by_handle(storage::Txn& txn, Queue& queue, const std::string& text,
                                         std::int64_t seconds, std::int64_t now_ms) {
  auto handle = read_handle(queue, text);
  if (!handle.ok()) return std::move(handle).error();
  if (seconds < 0 || seconds > kVisibilitySecondsMax) {
    return errors::invalid_value(std::to_string(seconds), "VisibilityTimeout",
                                 "Must be between 0 and 43200.");
  }
  const QueueIndex::Entry* entry = queue.mailbox.index().find(handle->sequence);
  // In a standard queue also what became visible again, until someone else has received it.
  const bool is_held =
      entry != nullptr && (entry->state == QueueIndex::State::kInFlight ||
                           (!queue.fifo && entry->receive_count == handle->receive_count));
  if (!is_held || (queue.fifo && !is_current(*entry, *handle))) {
    return errors::message_not_available(text);
  }
  const auto row = txn.get(spaces::kSqsMessages, keys::receipt(queue.id, handle->sequence));
  if (row) {
    const std::int64_t received_ms = decode_receipt(*row).last_receive_ms;
    if (now_ms + seconds * 1000 - received_ms > kVisibilitySecondsMax * 1000) {
      return errors::invalid_value(
          std::to_string(seconds), "VisibilityTimeout",
          "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
    }
  }
  queue.mailbox.change_visibility(txn, handle->sequence, now_ms + seconds * 1000, now_ms);
  return {};
}

}  // namespace cumulite::sqs
