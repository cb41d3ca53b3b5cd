#pragma once

#include <string_view>

#include "emulator/services/sns/fan_out.h"
#include "emulator/services/sns/service.h"

/// Publishes with more deliveries than one transaction should hold: the publish keeps the message
/// once, as one event (kind "sns.fan-out"), and the outbox makes the deliveries afterwards, some in
/// each transaction, with the event remembering how far it got. Exactly once, in the order of
/// publishing.
namespace cumulite::sns {

/// Whether the deliveries of a message to the topic should be made later; cheap. A FIFO topic
/// defers all while some are deferred, so that none overtakes.
bool should_defer(const Topic& topic, const TopicState& state, const Message& message);
/// The same with the deliveries at hand.
bool should_defer(const FanOut& fan_out);

/// In the transaction of the publish.
void defer(SnsService& service, storage::Txn& txn, Topic& topic, const Message& message);

/// Registers the kind and finds what an earlier run left.
void register_deferred(SnsService& service);

}  // namespace cumulite::sns
