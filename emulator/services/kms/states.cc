#include "emulator/core/helper_spaces.h"
#include "emulator/services/kms/grant.h"
#include "emulator/services/kms/operations.h"
#include "emulator/services/kms/rotation.h"
#include "protocol/time_units.h"

namespace cumulite::kms {
namespace {

constexpr std::string_view kDeletion = "kms.deletion";
constexpr std::int32_t kWindowDaysMin = 7;
constexpr std::int32_t kWindowDaysMax = 30;

DueRow deletion_row(const Found& found) {
  return {found.place.account, found.key.deletion_ms, std::string(kDeletion), found.arn(), {}};
}

Result<void> check_not_pending_import(const Found& found) {
  if (found.key.state() == "PendingImport") {
    return errors::invalid_state(found.arn(), "is pending import");
  }
  return {};
}

Result<void> set_disabled(Context& ctx, const std::string& id, std::string_view operation,
                          bool is_disabled) {
  const auto set = [&](storage::Txn&, Found& found) -> Result<void> {
    CUMULITE_TRY(check_not_pending_import(found));
    found.key.is_disabled = is_disabled;
    return {};
  };
  CUMULITE_TRY(change_key(ctx, id, operation, Change::kNotPendingDeletion, set));
  return {};
}

Result<model::Unit> enable_key(Context& ctx, const api::EnableKeyRequest& req) {
  CUMULITE_TRY(set_disabled(ctx, *req.KeyId, "EnableKey", false));
  return model::Unit{};
}

Result<model::Unit> disable_key(Context& ctx, const api::DisableKeyRequest& req) {
  CUMULITE_TRY(set_disabled(ctx, *req.KeyId, "DisableKey", true));
  return model::Unit{};
}

Result<api::ScheduleKeyDeletionResponse> schedule_key_deletion(
    Context& ctx, const api::ScheduleKeyDeletionRequest& req) {
  const std::int32_t days = req.PendingWindowInDays.value_or(kWindowDaysMax);
  if (days < kWindowDaysMin || days > kWindowDaysMax) {
    return errors::validation("PendingWindowInDays must be between 7 and 30 (inclusive).");
  }
  CUMULITE_ASSIGN(const Found found,
                  change_key(ctx, *req.KeyId, "ScheduleKeyDeletion", Change::kNotPendingDeletion,
                             [&](storage::Txn& txn, Found& changed) -> Result<void> {
                               changed.key.deletion_ms = ctx.now_ms + days * kDayMs;
                               ctx.env.due.schedule(txn, deletion_row(changed));
                               return {};
                             }));
  api::ScheduleKeyDeletionResponse answer;
  answer.KeyId = found.arn();
  answer.DeletionDate = model::Timestamp{found.key.deletion_ms};
  answer.KeyState = std::string(found.key.state());
  answer.PendingWindowInDays = days;
  return answer;
}

/// A key that comes back is disabled.
Result<api::CancelKeyDeletionResponse> cancel_key_deletion(
    Context& ctx, const api::CancelKeyDeletionRequest& req) {
  CUMULITE_ASSIGN(const Found found,
                  change_key(ctx, *req.KeyId, "CancelKeyDeletion", Change::kAnyState,
                             [&](storage::Txn& txn, Found& changed) -> Result<void> {
                               if (changed.key.deletion_ms == 0) {
                                 return errors::invalid_state(changed.arn(),
                                                              "is not pending deletion");
                               }
                               ctx.env.due.remove(txn, deletion_row(changed));
                               changed.key.deletion_ms = 0;
                               changed.key.is_disabled = true;
                               return {};
                             }));
  return api::CancelKeyDeletionResponse{found.arn()};
}

/// The key, and what refers to it.
void erase_key(Environment& env, storage::Txn& txn, const Found& found) {
  for (const Alias& alias : all_aliases(txn, found.place)) {
    if (alias.key_id != found.key.id) continue;
    txn.del(spaces::kKms, keys::alias(found.place, alias.name));
  }
  erase_grants_of(txn, found.place, found.key.id);
  drop_rotation(env, txn, found);
  txn.del(spaces::kKms, keys::key(found.place, found.key.id));
}

}  // namespace

void register_deletions(Environment& env) {
  register_key_date(env, kDeletion, &Key::deletion_ms,
                    [&env](storage::Txn& txn, Found found) { erase_key(env, txn, found); });
}

std::span<const OperationRow> state_rows() {
  static const OperationRow rows[] = {
      row<api::op::CancelKeyDeletion, &cancel_key_deletion>(),
      row<api::op::DisableKey, &disable_key>(),
      row<api::op::EnableKey, &enable_key>(),
      row<api::op::ScheduleKeyDeletion, &schedule_key_deletion>(),
  };
  return rows;
}

}  // namespace cumulite::kms
