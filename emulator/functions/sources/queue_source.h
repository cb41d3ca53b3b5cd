#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/events/payloads.h"

namespace cumulite::functions {

/// A message as an SQS event shows it to a function.
struct QueueMessage {
  std::string message_id;
  std::string receipt_handle;
  std::string body;
  std::string md5_of_body;
  std::string md5_of_attributes = {};  ///< Empty: it has none.
  std::vector<std::pair<std::string, std::string>> attributes =
      {};  ///< ApproximateReceiveCount, SentTimestamp, ...
  std::vector<DeliveredAttribute> message_attributes = {};
};

/// What an event source needs of a queue service; the same semantics as the operations.
class QueueSource {
 public:
  virtual ~QueueSource() = default;
  /// Up to `count` visible messages, which become invisible for the queue's visibility time-out.
  /// Empty when there are none or no such queue.
  virtual std::vector<QueueMessage> receive(std::string_view queue_arn, std::size_t count) = 0;
  virtual void remove(std::string_view queue_arn,
                      const std::vector<std::string>& receipt_handles) = 0;
  /// Messages that a receive could take now. For settle.
  virtual std::uint64_t visible(std::string_view queue_arn) = 0;
  /// How long a received message is hidden; nullopt without such a queue.
  virtual std::optional<std::int64_t> visibility_seconds(std::string_view queue_arn) = 0;
  /// Topic of the wake hub that is notified when the queue may have something to receive.
  virtual std::string topic(std::string_view queue_arn) = 0;
};

}  // namespace cumulite::functions
