#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sqs/mailbox.h"
#include "emulator/services/sqs/queue.h"
#include "emulator/services/sqs/service.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// Receiving without a wire: shared by ReceiveMessage and by what polls queues inside the daemon.
namespace cumulite::sqs {

/// Messages in flight of one queue.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
inline constexpr std::size_t kInFlightMax = 120'000;

struct ReceiveOptions {
  std::size_t max = 1;
  std::int64_t visibility_ms = 30'000;
  std::uint64_t attempt = 0;  ///< Hash of ReceiveRequestAttemptId; 0: none.
};

struct Received {
  std::vector<StoredMessage> messages;
  bool over_limit = false;   ///< There were too many in flight to hand out more.
  std::int64_t wake_ms = 0;  ///< Nothing was there; waiters look again then. 0: no such time.
};

/// Hands out messages of the queue; those received too often go to the dead-letter queue instead.
/// Errors: QueueDoesNotExist.
Result<Received> receive(SqsService& service, Queue& queue, const ReceiveOptions& options,
                         std::int64_t now_ms);

/// Which attributes a receiver wants to see.
struct AttributeSelection {
  std::vector<std::string> system;   ///< Names or "All".
  std::vector<std::string> message;  ///< As selects_attribute takes them.

  static AttributeSelection all() { return {{"All"}, {"All"}}; }
};

/// A message as ReceiveMessage answers it.
api::Message to_api_message(const Queue& queue, const StoredMessage& message,
                            const AttributeSelection& selection);

/// Moves a message from one open mailbox into another of the same transaction.
enum class MoveKind : std::uint8_t {
  kDeadLetter,  ///< Keeps identity, receive count and (standard queues) the time of sending.
  kRedrive,     ///< A new message of the same content, as message move tasks make them.
};
void move_message(storage::Txn& txn, Queue& from, Queue& to, StoredMessage message, MoveKind kind,
                  std::int64_t now_ms);

}  // namespace cumulite::sqs
