#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/global/replica_updates.h"
#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/encryption.h"
#include "emulator/services/dynamodb/table/index_changes.h"
#include "emulator/services/dynamodb/table/settings_check.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/transition.h"
#include "emulator/services/dynamodb/table/update_check.h"
#include "emulator/services/dynamodb/table/warm_throughput.h"

namespace cumulite::dynamodb {
namespace {

/// While it is UPDATING a table shows the units that it still has.
Result<void> apply_throughput(Context& ctx, const api::ProvisionedThroughput& wanted,
                              Table& table) {
  auto& current = *table.description.ProvisionedThroughput;
  auto next = current;
  CUMULITE_ASSIGN(const bool down,
                  note_units_change(wanted, {"the table", "the table"}, current, ctx.now_ms));
  if (down) next.NumberOfDecreasesToday = *current.NumberOfDecreasesToday + 1;
  next.ReadCapacityUnits = wanted.ReadCapacityUnits;
  next.WriteCapacityUnits = wanted.WriteCapacityUnits;
  table.next_units = std::move(next);
  return {};
}

/// Limits of on-demand throughput do not outlive the billing mode.
void drop_limits(api::TableDescription& description) {
  description.OnDemandThroughput.reset();
  if (!description.GlobalSecondaryIndexes) return;
  for (auto& index : *description.GlobalSecondaryIndexes) index.OnDemandThroughput.reset();
}

Result<void> apply_billing(Context& ctx, const api::UpdateTableInput& in, Table& table) {
  auto& description = table.description;
  const bool was_on_demand = table.on_demand();
  const bool on_demand = in.BillingMode ? in.BillingMode == "PAY_PER_REQUEST" : was_on_demand;
  if (in.BillingMode && on_demand != was_on_demand) {
    if (on_demand) {
      CUMULITE_TRY(table.changes.check(LimitedChange::kOnDemand, table.name(), ctx.now_ms));
      table.changes.note(LimitedChange::kOnDemand, ctx.now_ms);
    }
    if (!description.BillingModeSummary) description.BillingModeSummary.emplace();
    description.BillingModeSummary->BillingMode = in.BillingMode;
    if (on_demand) {
      description.BillingModeSummary->LastUpdateToPayPerRequestDateTime =
          model::Timestamp{ctx.now_ms};
      const auto raised = description.ProvisionedThroughput->LastIncreaseDateTime;
      description.ProvisionedThroughput = throughput_of(std::nullopt);
      description.ProvisionedThroughput->LastIncreaseDateTime = raised;
      if (description.GlobalSecondaryIndexes) {
        for (auto& index : *description.GlobalSecondaryIndexes) {
          index.ProvisionedThroughput = throughput_of(std::nullopt);
        }
      }
    } else {
      drop_limits(description);
    }
  }
  if (in.ProvisionedThroughput) {
    return apply_throughput(ctx, *in.ProvisionedThroughput, table);
  }
  return {};
}

Result<void> apply_stream(Context& ctx, storage::Txn& txn, const api::StreamSpecification& wanted,
                          Table& table) {
  if (wanted.StreamEnabled.value_or(false)) {
    if (table.streams()) {
      return errors::validation("Table already has an enabled stream: TableName: " + table.name());
    }
    enable_stream(ctx, table, wanted);
    stream::open(database(ctx), txn, table, ctx.now_ms);
    return {};
  }
  if (!table.streams()) {
    return errors::validation("Table has no stream to disable: TableName: " + table.name());
  }
  // Those of strong consistency are not replicated by their streams.
  if (table.replicated() && !is_strong(table)) {
    return errors::invalid_parameter("Disabling Stream is not allowed for a Global Table replica.");
  }
  stream::close(database(ctx), txn, table, ctx.now_ms);
  table.stream_number = 0;
  table.description.StreamSpecification.reset();
  return {};
}

/// The class that the table has now, or is to have; STANDARD is not always told.
std::string class_of(const Table& table) {
  if (!table.next_class.empty()) return table.next_class;
  const auto& summary = table.description.TableClassSummary;
  return summary ? summary->TableClass.value_or("STANDARD") : "STANDARD";
}

/// The class of before is shown until the table is ACTIVE. One that it has already is no change,
/// and yet refused when no change may be made.
Result<void> apply_class(Context& ctx, const std::string& wanted, Table& table) {
  CUMULITE_TRY(table.changes.check(LimitedChange::kTableClass, table.name(), ctx.now_ms));
  if (wanted == class_of(table)) return {};
  table.next_class = wanted;
  table.changes.note(LimitedChange::kTableClass, ctx.now_ms);
  return {};
}

Result<void> apply_protection(Context& ctx, bool wanted, Table& table) {
  if (ctx.env.settings.dynamodb_cooldowns) {
    CUMULITE_TRY(table.changes.check(LimitedChange::kProtection, table.name(), ctx.now_ms));
  }
  auto& current = table.description.DeletionProtectionEnabled;
  if (current != wanted) table.changes.note(LimitedChange::kProtection, ctx.now_ms);
  current = wanted;
  return {};
}

Result<void> apply_settings(Context& ctx, const api::UpdateTableInput& in, Table& table) {
  auto& description = table.description;
  if (in.DeletionProtectionEnabled) {
    CUMULITE_TRY(apply_protection(ctx, *in.DeletionProtectionEnabled, table));
  }
  if (in.DisassociationProtectionEnabled) {
    description.DisassociationProtectionEnabled = in.DisassociationProtectionEnabled;
  }
  if (in.TableClass) CUMULITE_TRY(apply_class(ctx, *in.TableClass, table));
  if (in.OnDemandThroughput) {
    merge_on_demand(*in.OnDemandThroughput, description.OnDemandThroughput);
  }
  if (in.WarmThroughput) set_warm_throughput(description.WarmThroughput, *in.WarmThroughput);
  return {};
}

/// What of an index keeps the request waiting, whatever its table's state.
Result<void> check_index_in_use(const api::GlobalSecondaryIndexUpdate& update, const Table& table) {
  if (!update.Update && !update.Delete) return {};
  const auto& name = update.Update ? *update.Update->IndexName : *update.Delete->IndexName;
  const Index* index = table.find_index(name);
  if (index == nullptr) return {};
  const auto in_use = [&](std::string_view what) {
    return errors::still_in_use(fmt::format("{} Table: {} Index: {}", what, table.name(), name));
  };
  switch (index->status) {
    case IndexStatus::kAllocated:
      return update.Update
                 ? in_use("Index is being created but is not backfilling yet. ")
                 : in_use(
                       "Index creation is in resource allocation phase. Retry deletion during "
                       "backfilling phase or when the index is active.");
    case IndexStatus::kUpdating:
      return in_use("Index is being updated.");
    case IndexStatus::kDeleting:
      return in_use("Index is being deleted.");
    default:
      return {};
  }
}

/// The refusals that say more than that the table is not ACTIVE.
Result<void> check_in_use(Context& ctx, const api::UpdateTableInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  const Table& table = *ref.table;
  if (table.replicated() || !table.serves()) return {};
  if (in.DeletionProtectionEnabled && !table.active()) {
    return errors::resource_in_use(
        "Table needs to be in ACTIVE status to modify deletion protection setting.");
  }
  if (!in.GlobalSecondaryIndexUpdates) return {};
  for (const auto& update : *in.GlobalSecondaryIndexUpdates) {
    CUMULITE_TRY(check_index_in_use(update, table));
  }
  return {};
}

/// How a table's settings are shared is told before it is a global one.
Result<void> apply_replication_mode(const api::UpdateTableInput& in, Table& table) {
  const auto& mode = in.GlobalTableSettingsReplicationMode;
  if (!mode) return {};
  if (*mode == "ENABLED_WITH_OVERRIDES" || table.replicated()) {
    return errors::validation(fmt::format(
        "Value '{}' at 'GlobalTableSettingsReplicationMode' failed to satisfy constraint: Only "
        "ENABLED and DISABLED settings replication are supported for a Regional Table.",
        *mode));
  }
  table.description.GlobalTableSettingsReplicationMode = mode;
  return {};
}

/// What makes a table UPDATING. New units of an index, protection against deletion, encryption,
/// limits, warm throughput and the sharing of settings leave it ACTIVE.
bool makes_updating(const api::UpdateTableInput& in) {
  if (in.BillingMode || in.ProvisionedThroughput || in.StreamSpecification || in.TableClass) {
    return true;
  }
  return in.GlobalSecondaryIndexUpdates &&
         std::any_of(in.GlobalSecondaryIndexUpdates->begin(), in.GlobalSecondaryIndexUpdates->end(),
                     [](const auto& update) { return update.Create || update.Delete; });
}

Result<TablePtr> apply(Context& ctx, storage::Txn& txn, const api::UpdateTableInput& in,
                       Table& table) {
  CUMULITE_TRY(check_capacity_change(in, table));
  CUMULITE_TRY(check_warm_throughput(in, table));
  CUMULITE_TRY(apply_replication_mode(in, table));
  CUMULITE_TRY(apply_billing(ctx, in, table));
  if (in.StreamSpecification) CUMULITE_TRY(apply_stream(ctx, txn, *in.StreamSpecification, table));
  if (in.GlobalSecondaryIndexUpdates) CUMULITE_TRY(apply_index_updates(ctx, in, table));
  if (in.SSESpecification) CUMULITE_TRY(apply_encryption(ctx, *in.SSESpecification, table));
  CUMULITE_TRY(apply_settings(ctx, in, table));
  if (makes_updating(in)) table.description.TableStatus = std::string(kUpdating);
  table.compile();
  return TablePtr(std::make_shared<Table>(table));
}

/// What of a request is the same in all regions of a global table: capacity for writes, billing,
/// indexes, encryption's being on.
std::optional<api::UpdateTableInput> shared_part(const api::UpdateTableInput& in) {
  if (!in.BillingMode && !in.ProvisionedThroughput && !in.GlobalSecondaryIndexUpdates) {
    return std::nullopt;
  }
  api::UpdateTableInput out;
  out.TableName = in.TableName;
  out.AttributeDefinitions = in.AttributeDefinitions;
  out.BillingMode = in.BillingMode;
  out.ProvisionedThroughput = in.ProvisionedThroughput;
  out.GlobalSecondaryIndexUpdates = in.GlobalSecondaryIndexUpdates;
  return out;
}

/// The answer shows the units that an index still has, but not where the billing mode changes.
void show_old_units(const Table& before, api::TableDescription& shown) {
  if (!shown.GlobalSecondaryIndexes || !before.description.GlobalSecondaryIndexes) return;
  for (auto& index : *shown.GlobalSecondaryIndexes) {
    if (index.IndexStatus != kUpdating) continue;
    for (const auto& old : *before.description.GlobalSecondaryIndexes) {
      if (old.IndexName == index.IndexName) index.ProvisionedThroughput = old.ProvisionedThroughput;
    }
  }
}

/// Since when it is billed by request is told when that is done.
void show_old_switch(const Table& before, api::TableDescription& shown) {
  auto& summary = shown.BillingModeSummary;
  if (!summary) return;
  summary->LastUpdateToPayPerRequestDateTime.reset();
  const auto& old = before.description.BillingModeSummary;
  if (!old) return;
  summary->LastUpdateToPayPerRequestDateTime = old->LastUpdateToPayPerRequestDateTime;
}

/// Whether the request asked for what is so already: such a table is UPDATING in the answer only.
bool is_idle(const api::UpdateTableInput& in, const Table& before, const Table& after) {
  if (in.TableClass) return after.next_class.empty();
  return in.BillingMode == "PAY_PER_REQUEST" && before.on_demand() && !in.StreamSpecification &&
         !in.GlobalSecondaryIndexUpdates;
}

/// The answer shows what the table could take at once before, being raised.
void show_old_warm_throughput(const Table& before, api::TableDescription& shown) {
  shown.WarmThroughput = before.description.WarmThroughput;
  fill_warm_throughput(shown.WarmThroughput, before.on_demand(),
                       before.description.ProvisionedThroughput);
  shown.WarmThroughput->Status = std::string(kUpdating);
}

/// Only the answer shows limits that were taken away, as the -1 that they were taken away by.
void show_cleared(const api::OnDemandThroughput& wanted, api::TableDescription& shown) {
  auto& limits = shown.OnDemandThroughput;
  if (!limits) limits.emplace();
  if (wanted.MaxReadRequestUnits) limits->MaxReadRequestUnits = wanted.MaxReadRequestUnits;
  if (wanted.MaxWriteRequestUnits) limits->MaxWriteRequestUnits = wanted.MaxWriteRequestUnits;
}

Result<api::UpdateTableOutput> update_one(Context& ctx, const api::UpdateTableInput& in) {
  CUMULITE_TRY(check_simultaneous(ctx));
  Database& db = database(ctx);
  api::UpdateTableOutput out;
  bool later = false;
  Table before;
  CUMULITE_ASSIGN(
      const TablePtr table,
      change_table(ctx, *in.TableName, [&](storage::Txn& txn, Table& copy) -> Result<TablePtr> {
        before = copy;
        CUMULITE_ASSIGN(auto updating, apply(ctx, txn, in, copy));
        later = !is_idle(in, before, copy) && ends_later(db, txn, copy, ctx.now_ms);
        if (!later) finish_change(txn, copy);
        return updating;
      }));
  out.TableDescription = describe(db, *table);
  if (!in.BillingMode) show_old_units(before, *out.TableDescription);
  if (in.BillingMode) show_old_switch(before, *out.TableDescription);
  if (in.OnDemandThroughput) show_cleared(*in.OnDemandThroughput, *out.TableDescription);
  if (in.WarmThroughput) show_old_warm_throughput(before, *out.TableDescription);
  if (later) return out;
  for (const auto& update :
       in.GlobalSecondaryIndexUpdates.value_or(std::vector<api::GlobalSecondaryIndexUpdate>{})) {
    if (!update.Create) continue;
    backfill_index(db, keys::table_row(table->account, table->region, table->name()),
                   *update.Create->IndexName);
  }
  return out;
}

}  // namespace

Result<api::UpdateTableOutput> update_table(Context& ctx, const api::UpdateTableInput& in) {
  CUMULITE_TRY(check_update_request(in));
  CUMULITE_TRY(check_in_use(ctx, in));
  CUMULITE_ASSIGN(auto answer, update_replicas(ctx, in));
  if (answer) return std::move(*answer);
  CUMULITE_ASSIGN(auto out, update_one(ctx, in));
  if (auto shared = shared_part(in)) {
    shared->TableName = out.TableDescription->TableName;
    CUMULITE_TRY(for_other_regions(ctx, *in.TableName, [&](Context& there) -> Result<void> {
      auto updated = update_one(there, *shared);
      if (!updated.ok()) return std::move(updated).error();
      return {};
    }));
  }
  return out;
}

}  // namespace cumulite::dynamodb
