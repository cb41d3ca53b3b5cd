#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/records/shape_codec.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/global/auto_scaling.h"
#include "emulator/services/dynamodb/global/legacy.h"
#include "emulator/services/dynamodb/shapes.h"
#include "emulator/services/dynamodb/table/table_change.h"

namespace cumulite::dynamodb {
namespace {

using Settings = api::ReplicaSettingsDescription;

/// The auto scaling part of a replica's settings is kept beside its table, in the settings' own
/// shape.
constexpr std::string_view kSettingsId = "legacy";

const model::Shape& settings_shape() {
  return *output_shape(api::op::DescribeGlobalTableSettings::info(), "ReplicaSettings").element;
}

Settings read_settings(const storage::Reader& reader, const Table& table) {
  Settings out;
  if (const auto row = get_companion(reader, table, Companion::kAutoScaling, kSettingsId)) {
    decode_shape(settings_shape(), *row, &out);
  }
  const auto& description = table.description;
  out.RegionName = table.region;
  out.ReplicaStatus = "ACTIVE";
  auto& billing = out.ReplicaBillingModeSummary.emplace();
  billing.BillingMode = table.on_demand() ? "PAY_PER_REQUEST" : "PROVISIONED";
  if (description.BillingModeSummary) billing = *description.BillingModeSummary;
  out.ReplicaProvisionedReadCapacityUnits = description.ProvisionedThroughput->ReadCapacityUnits;
  out.ReplicaProvisionedWriteCapacityUnits = description.ProvisionedThroughput->WriteCapacityUnits;
  out.ReplicaTableClassSummary = description.TableClassSummary;
  if (!description.GlobalSecondaryIndexes) return out;
  out.ReplicaGlobalSecondaryIndexSettings.emplace();
  for (const auto& index : *description.GlobalSecondaryIndexes) {
    auto& entry = out.ReplicaGlobalSecondaryIndexSettings->emplace_back();
    entry.IndexName = index.IndexName;
    entry.IndexStatus = index.IndexStatus;
    entry.ProvisionedReadCapacityUnits = index.ProvisionedThroughput->ReadCapacityUnits;
    entry.ProvisionedWriteCapacityUnits = index.ProvisionedThroughput->WriteCapacityUnits;
  }
  return out;
}

Result<void> apply_index_writes(const api::GlobalTableGlobalSecondaryIndexSettingsUpdate& update,
                                Table& table) {
  if (table.description.GlobalSecondaryIndexes) {
    for (auto& index : *table.description.GlobalSecondaryIndexes) {
      if (index.IndexName != update.IndexName) continue;
      if (update.ProvisionedWriteCapacityUnits) {
        index.ProvisionedThroughput->WriteCapacityUnits = update.ProvisionedWriteCapacityUnits;
      }
      return {};
    }
  }
  return Error{"IndexNotFoundException", "Index not found: " + update.IndexName.value_or("")};
}

/// What of the request concerns the table of this region, and its auto scaling.
Result<void> apply(const Context& ctx, const api::UpdateGlobalTableSettingsInput& in, Table& table,
                   Settings& scaling) {
  auto& units = *table.description.ProvisionedThroughput;
  if (in.GlobalTableBillingMode) {
    table.description.BillingModeSummary.emplace().BillingMode = in.GlobalTableBillingMode;
  }
  if (in.GlobalTableProvisionedWriteCapacityUnits) {
    units.WriteCapacityUnits = in.GlobalTableProvisionedWriteCapacityUnits;
  }
  if (in.GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate) {
    CUMULITE_ASSIGN(
        scaling.ReplicaProvisionedWriteCapacityAutoScalingSettings,
        settings_of(ctx, *in.GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate));
  }
  if (in.GlobalTableGlobalSecondaryIndexSettingsUpdate) {
    for (const auto& update : *in.GlobalTableGlobalSecondaryIndexSettingsUpdate) {
      CUMULITE_TRY(apply_index_writes(update, table));
    }
  }
  if (!in.ReplicaSettingsUpdate) return {};
  for (const auto& update : *in.ReplicaSettingsUpdate) {
    if (update.RegionName != table.region) continue;
    if (update.ReplicaProvisionedReadCapacityUnits) {
      units.ReadCapacityUnits = update.ReplicaProvisionedReadCapacityUnits;
    }
    if (update.ReplicaTableClass) {
      table.description.TableClassSummary.emplace().TableClass = update.ReplicaTableClass;
    }
    if (update.ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate) {
      CUMULITE_ASSIGN(
          scaling.ReplicaProvisionedReadCapacityAutoScalingSettings,
          settings_of(ctx, *update.ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate));
    }
  }
  return {};
}

/// Changes the table of one region; again if it was changed meanwhile.
Result<Settings> update_region(Context& ctx, const api::UpdateGlobalTableSettingsInput& in,
                               const std::string& row) {
  Database& db = database(ctx);
  while (true) {
    const TablePtr table = db.catalog().find(row);
    if (table == nullptr) return global_table_not_found(*in.GlobalTableName);
    auto domains = table_domains(*table);
    domains.push_back(companions_domain(*table));
    bool changed = false;
    auto settings = ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<Settings> {
      changed = db.catalog().find(row) != table;
      if (changed) return Settings{};
      auto copy = std::make_shared<Table>(*table);
      Settings scaling = read_settings(txn, *table);
      auto applied = apply(ctx, in, *copy, scaling);
      if (!applied.ok()) return std::move(applied).error();
      put_companion(txn, *table, Companion::kAutoScaling, kSettingsId,
                    encode_shape(settings_shape(), &scaling));
      save_table(db, txn, copy);
      return read_settings(txn, *copy);
    });
    if (!changed) return settings;
  }
}

Result<void> check_regions(const LegacyGroup& group,
                           const api::UpdateGlobalTableSettingsInput& in) {
  if (!in.ReplicaSettingsUpdate) return {};
  for (const auto& update : *in.ReplicaSettingsUpdate) {
    if (std::find(group.regions.begin(), group.regions.end(), update.RegionName.value_or("")) ==
        group.regions.end()) {
      return Error{"ReplicaNotFoundException", fmt::format("Replica not found in the Region: {}",
                                                           update.RegionName.value_or(""))};
    }
  }
  return {};
}

}  // namespace

Result<api::DescribeGlobalTableSettingsOutput> describe_global_table_settings(
    Context& ctx, const api::DescribeGlobalTableSettingsInput& in) {
  const auto group = read_legacy_group(ctx.env.store, ctx.caller.account_id, *in.GlobalTableName);
  if (!group) return global_table_not_found(*in.GlobalTableName);
  api::DescribeGlobalTableSettingsOutput out;
  out.GlobalTableName = in.GlobalTableName;
  out.ReplicaSettings.emplace();
  for (const auto& region : group->regions) {
    const auto table =
        database(ctx).catalog().find(keys::table_row(group->account, region, group->name));
    if (table != nullptr) out.ReplicaSettings->push_back(read_settings(ctx.env.store, *table));
  }
  return out;
}

Result<api::UpdateGlobalTableSettingsOutput> update_global_table_settings(
    Context& ctx, const api::UpdateGlobalTableSettingsInput& in) {
  const auto group = read_legacy_group(ctx.env.store, ctx.caller.account_id, *in.GlobalTableName);
  if (!group) return global_table_not_found(*in.GlobalTableName);
  CUMULITE_TRY(check_regions(*group, in));
  api::UpdateGlobalTableSettingsOutput out;
  out.GlobalTableName = in.GlobalTableName;
  out.ReplicaSettings.emplace();
  for (const auto& region : group->regions) {
    const auto row = keys::table_row(group->account, region, group->name);
    CUMULITE_ASSIGN(auto settings, update_region(ctx, in, row));
    settings.ReplicaStatus = "UPDATING";
    out.ReplicaSettings->push_back(std::move(settings));
  }
  return out;
}

}  // namespace cumulite::dynamodb
