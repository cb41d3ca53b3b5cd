#pragma once

#include <cstdint>
#include <string>

#include "emulator/services/sqs/queue.h"
#include "protocol/result.h"

/// What a receipt handle is good for, inside a transaction with the queue's mailbox open.
namespace cumulite::sqs {

inline constexpr std::int64_t kVisibilitySecondsMax = 43'200;

/// Deletes the message. A message that is gone already is no error; in a standard queue any handle
/// of the message does, in a FIFO queue only that of the receive that still hides it (golden
/// test_delete_after_visibility_timeout, test_fifo_delete_after_visibility_timeout).
/// Errors: ReceiptHandleIsInvalid, InvalidParameterValue.
Result<void> delete_by_handle(storage::Txn& txn, Queue& queue, const std::string& handle);

/// Hides a message in flight for `seconds` from now; 0 shows it.
/// Errors: ReceiptHandleIsInvalid, InvalidParameterValue (also when the message would be hidden
/// for more than twelve hours since it was received, or is not in flight).
Result<void> change_visibility_by_handle(storage::Txn& txn, Queue& queue, const std::string& handle,
                                         std::int64_t seconds, std::int64_t now_ms);

}  // namespace cumulite::sqs
