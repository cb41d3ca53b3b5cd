#pragma once

#include <cstdint>

#include "emulator/clock/due_index.h"
#include "emulator/events/outbox.h"

/// For targets that put an event off, or do a part of it, without having failed at it.
namespace cumulite {

/// Takes the event from its lane until that time of its account's clock; unlike Outcome::kRetry it
/// does not count as a try. The target then answers kRemoved.
void hold(storage::Txn& txn, DueIndex& due, Outbox& outbox, const Event& event,
          std::int64_t until_ms);

/// Writes another payload into the event's own row: it keeps its place. For events that are done
/// in several transactions, the last of which removes it.
void replace_payload(storage::Txn& txn, const Event& event, std::string payload);

}  // namespace cumulite
