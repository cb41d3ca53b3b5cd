#pragma once

#include <functional>

#include "emulator/events/payloads.h"
#include "emulator/services/sqs/outgoing.h"
#include "emulator/services/sqs/queue.h"
#include "emulator/services/sqs/service.h"
#include "protocol/result.h"

/// Deliveries of other services into queues: the outbox's target kind "sqs".
namespace cumulite::sqs {

/// Registers the kind. A delivery enters its queue in the transaction that removes its event:
/// exactly once. If the queue is gone or refuses the message it goes to its dead-letter queue, and
/// is logged when it has none.
void register_delivery(SqsService& service);

/// What the transaction of a delivery writes beside its message.
using AlsoSent = std::function<void(storage::Txn& txn, const Sent& sent)>;

/// Sends a delivery to the queue; `also` runs in the same transaction.
/// Errors: those of SendMessage.
Result<void> deliver(Environment& env, Queue& queue, const SqsDelivery& delivery,
                     const AlsoSent& also);

}  // namespace cumulite::sqs
