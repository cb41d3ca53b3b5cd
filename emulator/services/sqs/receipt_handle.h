#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cumulite::sqs {

/// What a receipt handle stands for: one receive of one message. Opaque to clients.
struct ReceiptHandle {
  std::uint64_t queue_id = 0;
  std::uint64_t sequence = 0;
  std::uint32_t receive_count = 0;  ///< Of the receive that gave the handle.
};

std::string format_receipt_handle(const ReceiptHandle& handle);
/// nullopt if we did not make it.
std::optional<ReceiptHandle> parse_receipt_handle(std::string_view text);

}  // namespace cumulite::sqs
