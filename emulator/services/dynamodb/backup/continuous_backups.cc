#include "emulator/services/dynamodb/backup/backup_operations.h"
#include "emulator/services/dynamodb/backup/change_log.h"
#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int32_t kPeriodDaysMax = 35;

api::ContinuousBackupsDescription describe(const Table& table, std::int64_t now_ms) {
  api::ContinuousBackupsDescription out;
  out.ContinuousBackupsStatus = "ENABLED";
  auto& point = out.PointInTimeRecoveryDescription.emplace();
  point.PointInTimeRecoveryStatus = table.recovery ? "ENABLED" : "DISABLED";
  if (!table.recovery) return out;
  point.RecoveryPeriodInDays = table.recovery->period_days;
  point.EarliestRestorableDateTime =
      model::Timestamp{earliest_restorable_ms(*table.recovery, now_ms)};
  point.LatestRestorableDateTime = model::Timestamp{latest_restorable_ms(*table.recovery, now_ms)};
  return out;
}

}  // namespace

Result<api::DescribeContinuousBackupsOutput> describe_continuous_backups(
    Context& ctx, const api::DescribeContinuousBackupsInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_source_table(ctx, *in.TableName));
  api::DescribeContinuousBackupsOutput out;
  out.ContinuousBackupsDescription = describe(*ref.table, ctx.now_ms);
  return out;
}

Result<api::UpdateContinuousBackupsOutput> update_continuous_backups(
    Context& ctx, const api::UpdateContinuousBackupsInput& in) {
  CUMULITE_TRY(find_source_table(ctx, *in.TableName));
  const auto& specification = *in.PointInTimeRecoverySpecification;
  const bool enabled = specification.PointInTimeRecoveryEnabled.value_or(false);
  if (!enabled && specification.RecoveryPeriodInDays) {
    return errors::validation(
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time "
        "recovery.");
  }
  const std::int32_t period = specification.RecoveryPeriodInDays.value_or(kPeriodDaysMax);
  if (period < 1 || period > kPeriodDaysMax) {
    return errors::invalid_parameter("RecoveryPeriodInDays must be between 1 and 35");
  }
  Database& db = database(ctx);
  api::UpdateContinuousBackupsOutput out;
  CUMULITE_ASSIGN(out.ContinuousBackupsDescription,
                  change_table(ctx, *in.TableName,
                               [&](storage::Txn& txn,
                                   Table& table) -> Result<api::ContinuousBackupsDescription> {
                                 if (!enabled) {
                                   drop_log(txn, table);
                                   table.recovery.reset();
                                 } else if (!table.recovery) {
                                   table.recovery = Recovery{ctx.now_ms, period};
                                   schedule_log_trim(db, txn, table, ctx.now_ms);
                                 } else {
                                   table.recovery->period_days = period;
                                 }
                                 return describe(table, ctx.now_ms);
                               }));
  return out;
}

}  // namespace cumulite::dynamodb
