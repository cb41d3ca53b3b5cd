#pragma once

#include <vector>

#include "emulator/events/captured.h"
#include "emulator/events/outbox.h"
#include "emulator/services/sns/envelope.h"
#include "emulator/services/sns/message.h"
#include "emulator/services/sns/service.h"

/// From an accepted message to what each subscriber gets.
namespace cumulite::sns {

/// What a publish causes, made before its transaction and written within it.
struct Consequences {
  std::vector<Event> events;
  std::vector<CapturedMessage> captured;
};

/// Adds what a subscription gets of the message, if its filter lets it pass.
void add_delivery(SnsService& service, const Topic& topic, const Subscription& subscription,
                  const Message& message, MessageSigner& signer, Consequences& out);

/// For all active subscriptions of the state.
Consequences fan_out(SnsService& service, const Topic& topic, const TopicState& state,
                     const Message& message);

/// Signs as the topic asks; FIFO topics do not sign.
MessageSigner signer_for(SnsService& service, const TopicConfig& config);

void write(Environment& env, storage::Txn& txn, const Consequences& consequences);

/// Registers the outbox kinds "sns" and "sns.http" and the due kinds of this service.
void register_deliveries(SnsService& service);

}  // namespace cumulite::sns
