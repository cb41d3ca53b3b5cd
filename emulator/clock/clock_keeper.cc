#include "emulator/clock/clock_keeper.h"

#include "emulator/core/spaces.h"

namespace cumulite {
namespace {

constexpr std::string_view kClockKey = "clock";

}  // namespace

void persist_clock(storage::Store& store, const Clock& clock) {
  using storage::Domain;
  store.transact({Domain::exclusive_on(spaces::kSystem, kClockKey)},
                 [&](storage::Txn& txn) { txn.put(spaces::kSystem, kClockKey, clock.encode()); });
}

void restore_clock(const storage::Store& store, Clock& clock) {
  if (const auto row = store.get(spaces::kSystem, kClockKey)) clock.decode(*row);
}

}  // namespace cumulite
