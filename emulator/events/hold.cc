#include "emulator/events/hold.h"

#include <utility>

#include "emulator/core/ids.h"
#include "emulator/events/outbox_rows.h"
#include "storage/kv/key_codec.h"

namespace cumulite {

void hold(storage::Txn& txn, DueIndex& due, Outbox& outbox, const Event& event,
          std::int64_t until_ms) {
  DueRow row{event.account, until_ms, std::string(outbox_rows::kRetryKind), ids::random_hex(16)};
  // Its own number is free among the waiting ones: those have numbers of their own too.
  storage::append_u64(row.payload, event.sequence);
  due.schedule(txn, row);
  outbox_rows::put(txn, outbox_rows::kWaiting, event.sequence, event);
  outbox.remove(txn, event);
}

void replace_payload(storage::Txn& txn, const Event& event, std::string payload) {
  Event changed = event;
  changed.payload = std::move(payload);
  outbox_rows::remove(txn, event.kind, event.sequence);
  outbox_rows::put(txn, event.kind, event.sequence, changed);
}

}  // namespace cumulite
