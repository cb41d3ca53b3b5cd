#pragma once

#include "emulator/clock/clock.h"
#include "storage/kv/store.h"

namespace cumulite {

/// Writes the clocks as a row of kSystem, so that a restarted daemon goes on in its own time.
/// DueIndex calls it after every change; opens a transaction.
void persist_clock(storage::Store& store, const Clock& clock);
/// Reads that row, if there is one. At start.
void restore_clock(const storage::Store& store, Clock& clock);

}  // namespace cumulite
