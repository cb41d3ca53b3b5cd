#include "emulator/services/glacier/policy/lock.h"

#include "emulator/core/records/fields.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/ids.h"
#include "emulator/services/glacier/policy/document.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

constexpr std::int64_t kInProgressMs = kDayMs;

std::string lock_key(const VaultRef& vault) {
  return keys::configuration(vault, keys::Configuration::kLock);
}

Error is_locked(const VaultRef& vault) {
  return errors::lock_refused("The vault lock is in the Locked state: " + vault.arn());
}

/// InitiateVaultLock's page: "If this operation is called when the vault lock is in the InProgress
/// state, the operation returns an AccessDeniedException error."
Error is_in_progress(const VaultRef& vault) {
  return errors::lock_refused("The vault lock is in the InProgress state: " + vault.arn());
}

}  // namespace

std::string LockRecord::encode() const {
  FieldWriter writer;
  writer.text(1, id);
  writer.text(2, policy);
  writer.number(3, static_cast<std::uint64_t>(created_ms));
  writer.number(4, static_cast<std::uint64_t>(expires_ms));
  writer.number(5, locked ? 1 : 0);
  return writer.take();
}

LockRecord LockRecord::decode(std::string_view bytes) {
  LockRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        record.id = reader.text();
        break;
      case 2:
        record.policy = reader.text();
        break;
      case 3:
        record.created_ms = static_cast<std::int64_t>(reader.number());
        break;
      case 4:
        record.expires_ms = static_cast<std::int64_t>(reader.number());
        break;
      case 5:
        record.locked = reader.number() != 0;
        break;
      default:
        break;
    }
  }
  return record;
}

std::optional<LockRecord> find_lock(const storage::Reader& reader, const VaultRef& vault) {
  const auto row = reader.get(spaces::kGlacier, lock_key(vault));
  if (!row) return std::nullopt;
  return LockRecord::decode(*row);
}

Result<api::InitiateVaultLockOutput> initiate_vault_lock(Context& ctx,
                                                         const api::InitiateVaultLockInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "InitiateVaultLock"));
  if (!req.policy) return errors::missing("policy");
  CUMULITE_TRY(check_policy_document(req.policy->Policy, vault.arn()));
  LockRecord lock;
  lock.id = ids::short_id();
  lock.policy = *req.policy->Policy;
  lock.created_ms = ctx.now_ms;
  lock.expires_ms = ctx.now_ms + kInProgressMs;
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(load_vault(txn, vault));
    if (const auto before = find_lock(txn, vault)) {
      return before->locked ? is_locked(vault) : is_in_progress(vault);
    }
    txn.put(spaces::kGlacier, lock_key(vault), lock.encode());
    ctx.env.due.schedule(txn, due_row(due::kLock, lock.expires_ms, vault, lock.id));
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return api::InitiateVaultLockOutput{lock.id};
}

Result<Unit> complete_vault_lock(Context& ctx, const api::CompleteVaultLockInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "CompleteVaultLock"));
  const std::string id = req.lockId.value_or("");
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    auto lock = find_lock(txn, vault);
    if (!lock) return errors::no_lock(vault.arn());
    if (lock->locked && lock->id == id) return {};
    if (lock->locked) return is_locked(vault);
    if (lock->id != id) return errors::invalid_value("lock ID", id);
    lock->locked = true;
    txn.put(spaces::kGlacier, lock_key(vault), lock->encode());
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

Result<Unit> abort_vault_lock(Context& ctx, const api::AbortVaultLockInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "AbortVaultLock"));
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    const auto lock = find_lock(txn, vault);
    if (!lock) return {};
    if (lock->locked) return is_locked(vault);
    txn.del(spaces::kGlacier, lock_key(vault));
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

Result<api::GetVaultLockOutput> get_vault_lock(Context& ctx, const api::GetVaultLockInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "GetVaultLock"));
  const auto lock = find_lock(ctx.env.store, vault);
  if (!lock) return errors::no_lock(vault.arn());
  api::GetVaultLockOutput out;
  out.Policy = lock->policy;
  out.State = lock->locked ? "Locked" : "InProgress";
  out.CreationDate = iso_time(lock->created_ms);
  if (!lock->locked) out.ExpirationDate = iso_time(lock->expires_ms);
  return out;
}

void expire_lock(Environment& env, const DueRow& row, std::int64_t now_ms) {
  (void)now_ms;
  const DueSubject subject = subject_of(row);
  env.store.transact(vault_domains(subject.vault), [&](storage::Txn& txn) {
    env.due.remove(txn, row);
    const auto lock = find_lock(txn, subject.vault);
    if (!lock || lock->locked || lock->id != subject.id) return;
    txn.del(spaces::kGlacier, lock_key(subject.vault));
  });
}

}  // namespace cumulite::glacier
