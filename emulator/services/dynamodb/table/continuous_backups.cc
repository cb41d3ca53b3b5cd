#include "emulator/services/dynamodb/table/continuous_backups.h"

#include <algorithm>

#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kLatestRestorableMs = 5LL * 60 * 1000;
constexpr std::int32_t kPeriodDaysMax = 35;

/// The setting as it is kept.
struct Recovery {
  std::int64_t enabled_ms = 0;
  std::int32_t period_days = kPeriodDaysMax;
};

std::optional<Recovery> read(const storage::Reader& reader, const Table& table) {
  const auto value = reader.get(spaces::kDynamoDb, continuous_backups_row(table));
  if (!value) return std::nullopt;
  std::string_view rest = *value;
  Recovery out;
  out.enabled_ms = storage::take_i64(rest).value_or(0);
  out.period_days = static_cast<std::int32_t>(storage::take_u32(rest).value_or(kPeriodDaysMax));
  return out;
}

api::ContinuousBackupsDescription describe(const std::optional<Recovery>& recovery,
                                           std::int64_t now_ms) {
  api::ContinuousBackupsDescription out;
  out.ContinuousBackupsStatus = "ENABLED";
  auto& point = out.PointInTimeRecoveryDescription.emplace();
  point.PointInTimeRecoveryStatus = recovery ? "ENABLED" : "DISABLED";
  if (!recovery) return out;
  point.RecoveryPeriodInDays = recovery->period_days;
  const std::int64_t earliest = now_ms - recovery->period_days * kDayMs;
  point.EarliestRestorableDateTime = model::Timestamp{std::max(recovery->enabled_ms, earliest)};
  point.LatestRestorableDateTime =
      model::Timestamp{std::max(recovery->enabled_ms, now_ms - kLatestRestorableMs)};
  return out;
}

Error table_missing(std::string_view name) {
  return {"TableNotFoundException", "Table not found: " + std::string(name)};
}

}  // namespace

std::string continuous_backups_row(const Table& table) {
  return keys::setting_row(table.account, table.region, 'p', table.name());
}

Result<api::DescribeContinuousBackupsOutput> describe_continuous_backups(
    Context& ctx, const api::DescribeContinuousBackupsInput& in) {
  const auto ref = find_table(ctx, *in.TableName);
  if (!ref.ok()) {
    if (ref.error().code == "ResourceNotFoundException") return table_missing(*in.TableName);
    return ref.error();
  }
  api::DescribeContinuousBackupsOutput out;
  out.ContinuousBackupsDescription = describe(read(ctx.env.store, *ref->table), ctx.now_ms);
  return out;
}

Result<api::UpdateContinuousBackupsOutput> update_continuous_backups(
    Context& ctx, const api::UpdateContinuousBackupsInput& in) {
  const auto ref = find_table(ctx, *in.TableName);
  if (!ref.ok()) {
    if (ref.error().code == "ResourceNotFoundException") return table_missing(*in.TableName);
    return ref.error();
  }
  const auto& specification = *in.PointInTimeRecoverySpecification;
  const bool enabled = specification.PointInTimeRecoveryEnabled.value_or(false);
  const std::int32_t period = specification.RecoveryPeriodInDays.value_or(kPeriodDaysMax);
  if (period < 1 || period > kPeriodDaysMax) {
    return errors::invalid_parameter("RecoveryPeriodInDays must be between 1 and 35");
  }
  const auto row = continuous_backups_row(*ref->table);
  const storage::Domains domains = {storage::Domain::exclusive_on(spaces::kDynamoDb, row)};
  const auto recovery = ctx.env.store.transact(domains, [&](storage::Txn& txn) {
    std::optional<Recovery> setting;
    if (!enabled) {
      txn.del(spaces::kDynamoDb, row);
      return setting;
    }
    setting = read(txn, *ref->table);
    if (!setting) setting = Recovery{ctx.now_ms, period};
    setting->period_days = period;
    std::string value;
    storage::append_i64(value, setting->enabled_ms);
    storage::append_u32(value, static_cast<std::uint32_t>(setting->period_days));
    txn.put(spaces::kDynamoDb, row, value);
    return setting;
  });
  api::UpdateContinuousBackupsOutput out;
  out.ContinuousBackupsDescription = describe(recovery, ctx.now_ms);
  return out;
}

}  // namespace cumulite::dynamodb
