#include "emulator/services/glacier/due.h"

#include "storage/kv/key_codec.h"
#include "storage/kv/store.h"

namespace cumulite::glacier {

DueRow due_row(std::string_view kind, std::int64_t due_ms, const VaultRef& vault,
               std::string_view id) {
  DueRow row;
  row.account = vault.account;
  row.due_ms = due_ms;
  row.kind = kind;
  storage::append_part(row.id, vault.region);
  storage::append_part(row.id, vault.name);
  row.id.append(id);
  return row;
}

DueSubject subject_of(const DueRow& row) {
  std::string_view rest = row.id;
  const auto region = storage::take_part(rest);
  const auto name = storage::take_part(rest);
  if (!region || !name) throw storage::StorageError("a due row of Glacier is corrupt");
  return {{row.account, *region, *name}, std::string(rest)};
}

void register_due_kinds(Environment& env) {
  const auto add = [&env](std::string_view kind,
                          void (*run)(Environment&, const DueRow&, std::int64_t)) {
    env.due.register_kind(std::string(kind), [&env, run](const DueRow& row, std::int64_t now_ms) {
      run(env, row, now_ms);
    });
  };
  add(due::kJob, &run_job);
  add(due::kJobExpiry, &expire_job);
  add(due::kInventory, &run_inventory);
  add(due::kUpload, &expire_upload);
  add(due::kFinishedUpload, &forget_upload);
  add(due::kLock, &expire_lock);
}

}  // namespace cumulite::glacier
