#include "emulator/services/dynamodb/table/index_changes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/table/schema_check.h"
#include "emulator/services/dynamodb/table/settings_check.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/table/warm_throughput.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kBackfillRows = 500;
constexpr std::size_t kBackfillBytes = 1024 * 1024;

const std::string& index_name(const api::GlobalSecondaryIndexUpdate& update) {
  if (update.Create) return *update.Create->IndexName;
  if (update.Update) return *update.Update->IndexName;
  return *update.Delete->IndexName;
}

api::GlobalSecondaryIndex as_index(const api::CreateGlobalSecondaryIndexAction& action) {
  api::GlobalSecondaryIndex out;
  out.IndexName = action.IndexName;
  out.KeySchema = action.KeySchema;
  out.Projection = action.Projection;
  out.ProvisionedThroughput = action.ProvisionedThroughput;
  out.OnDemandThroughput = action.OnDemandThroughput;
  out.WarmThroughput = action.WarmThroughput;
  return out;
}

/// Adds the request's definitions to the table's; a known attribute keeps its type.
Result<std::vector<std::string>> merge_definitions(const api::UpdateTableInput& in, Table& table) {
  std::vector<std::string> given;
  auto& definitions = *table.description.AttributeDefinitions;
  for (const auto& definition :
       in.AttributeDefinitions.value_or(std::vector<api::AttributeDefinition>{})) {
    given.push_back(*definition.AttributeName);
    const auto known = std::find_if(definitions.begin(), definitions.end(),
                                    [&](const api::AttributeDefinition& old) {
                                      return old.AttributeName == definition.AttributeName;
                                    });
    if (known == definitions.end()) {
      definitions.push_back(definition);
    } else if (known->AttributeType != definition.AttributeType) {
      return errors::invalid_parameter(
          fmt::format("Attributes cannot be redefined. Please check that your attribute has the "
                      "same type as previously defined. Existing schema: Schema:[SchemaElement: "
                      "key{{{}:{}}}] New schema: Schema:[SchemaElement: key{{{}:{}}}]",
                      *known->AttributeName, *known->AttributeType, *definition.AttributeName,
                      *definition.AttributeType));
    }
  }
  return given;
}

/// Drops definitions that no key uses any more.
void prune_definitions(Table& table) {
  table.compile();
  auto& definitions = *table.description.AttributeDefinitions;
  definitions.erase(std::remove_if(definitions.begin(), definitions.end(),
                                   [&](const api::AttributeDefinition& definition) {
                                     return !table.key.has(*definition.AttributeName) &&
                                            std::none_of(
                                                table.indexes.begin(), table.indexes.end(),
                                                [&](const Index& index) {
                                                  return index.key.has(*definition.AttributeName);
                                                });
                                   }),
                    definitions.end());
}

Result<void> create_index(const api::UpdateTableInput& in,
                          const api::CreateGlobalSecondaryIndexAction& action, Table& table) {
  if (table.find_index(*action.IndexName) != nullptr) {
    return errors::validation("Attempting to create an index which already exists");
  }
  if (!in.AttributeDefinitions) {
    return errors::invalid_parameter(
        fmt::format("AttributeDefinitions is not specified for index: {}", *action.IndexName));
  }
  CUMULITE_ASSIGN(const auto definitions, merge_definitions(in, table));
  const auto index = as_index(action);
  CUMULITE_TRY(check_global_index(index, definitions, table.on_demand()));
  if (!table.on_demand() && !index.ProvisionedThroughput) {
    return errors::invalid_parameter(
        fmt::format("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}",
                    *index.IndexName));
  }
  if (!table.description.GlobalSecondaryIndexes) {
    table.description.GlobalSecondaryIndexes.emplace();
  }
  auto& all = *table.description.GlobalSecondaryIndexes;
  if (all.size() >= kGlobalIndexesMax) {
    return errors::limit_exceeded(
        "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of "
        "20");
  }
  auto description = global_index_of(table, index);
  description.IndexStatus = std::string(kCreating);
  description.Backfilling = false;
  all.push_back(std::move(description));
  number_index(table, *action.IndexName);
  prune_definitions(table);
  sort_names(table.description);
  return {};
}

api::GlobalSecondaryIndexDescription* find_description(Table& table, const std::string& name) {
  if (!table.description.GlobalSecondaryIndexes) return nullptr;
  for (auto& description : *table.description.GlobalSecondaryIndexes) {
    if (description.IndexName == name) return &description;
  }
  return nullptr;
}

/// Why there is no such index to change.
Error not_global(std::string_view verb, const std::string& name, const Table& table) {
  if (table.find_index(name) != nullptr) {
    return errors::validation(
        fmt::format("Cannot {} an index that is not a GlobalSecondaryIndex: {}", verb, name));
  }
  return errors::not_found(
      fmt::format("Requested resource not found: Index {} for table {}", name, table.name()));
}

/// New units, and when they last went up and down.
Result<void> set_index_units(Context& ctx, const std::string& name,
                             const api::ProvisionedThroughput& wanted,
                             api::ProvisionedThroughputDescription& current) {
  const UnitsOwner owner{"the index " + name, "index " + name};
  CUMULITE_ASSIGN(const bool down, note_units_change(wanted, owner, current, ctx.now_ms));
  if (down) current.NumberOfDecreasesToday = *current.NumberOfDecreasesToday + 1;
  current.ReadCapacityUnits = wanted.ReadCapacityUnits;
  current.WriteCapacityUnits = wanted.WriteCapacityUnits;
  return {};
}

Result<void> delete_index(const std::string& name, Table& table) {
  auto* description = find_description(table, name);
  if (description == nullptr) return not_global("delete", name, table);
  description->IndexStatus = std::string(kDeleting);
  description->Backfilling.reset();
  return {};
}

void remove_index(storage::Txn& txn, const std::string& name, Table& table) {
  drop_index(txn, table, *table.find_index(name));
  auto& all = *table.description.GlobalSecondaryIndexes;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const auto& description) { return description.IndexName == name; }),
            all.end());
  if (all.empty()) table.description.GlobalSecondaryIndexes.reset();
  auto& numbers = table.index_numbers;
  numbers.erase(std::remove_if(numbers.begin(), numbers.end(),
                               [&](const auto& entry) { return entry.first == name; }),
                numbers.end());
  prune_definitions(table);
}

Result<void> update_index(Context& ctx, const api::UpdateGlobalSecondaryIndexAction& action,
                          Table& table) {
  auto* description = find_description(table, *action.IndexName);
  if (description == nullptr) return not_global("update", *action.IndexName, table);
  CUMULITE_TRY(check_throughput(action.ProvisionedThroughput));
  if (action.ProvisionedThroughput) {
    CUMULITE_TRY(set_index_units(ctx, *action.IndexName, *action.ProvisionedThroughput,
                                 *description->ProvisionedThroughput));
  }
  if (action.OnDemandThroughput) {
    merge_on_demand(*action.OnDemandThroughput, description->OnDemandThroughput);
  }
  if (action.WarmThroughput) {
    set_warm_throughput(description->WarmThroughput, *action.WarmThroughput);
  }
  // One that is still being created goes on to be.
  if (description->IndexStatus == kActive) description->IndexStatus = std::string(kUpdating);
  return {};
}

Error one_index_at_a_time() {
  return errors::limit_exceeded(
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously "
      "per table");
}

/// One index is created or deleted at a time; one that is being filled can be given up, though.
Result<void> check_structure(const api::GlobalSecondaryIndexUpdate& update, const Table& table) {
  if (update.Update) return {};
  for (const auto& index : table.indexes) {
    if (!index.being_filled() && !index.being_deleted()) continue;
    if (update.Delete && index.being_filled() && index.name == index_name(update)) continue;
    return one_index_at_a_time();
  }
  return {};
}

/// One step of a backfill: the rows from `from` on; the next step's first row, or nothing.
std::optional<std::string> backfill_step(storage::Txn& txn, const Table& table, const Index& index,
                                         const std::string& from) {
  storage::RangeOptions options;
  options.limit = kBackfillRows;
  options.bytes_max = kBackfillBytes;
  const auto page =
      txn.range(spaces::kDynamoDbItems, from, storage::prefix_end(table.row_prefix), options);
  for (const auto& row : page.rows) {
    const Item item = decode_item(row.value);
    // Items that were there before may have key attributes of other types: they stay out.
    if (!check_index_keys(table, item).ok()) continue;
    add_to_index(txn, table, index, item);
  }
  if (!page.more || page.rows.empty()) return std::nullopt;
  return page.rows.back().key + '\0';
}

void activate(Table& table, const std::string& name) {
  for (auto& description : *table.description.GlobalSecondaryIndexes) {
    if (description.IndexName != name) continue;
    description.IndexStatus = std::string(kActive);
    description.Backfilling.reset();
  }
}

Result<void> check_warm_given(const api::UpdateGlobalSecondaryIndexAction& action) {
  const auto& warm = action.WarmThroughput;
  if (!warm || warm->ReadUnitsPerSecond || warm->WriteUnitsPerSecond) return {};
  return errors::invalid_parameter(
      fmt::format("WarmThroughput must have at least one of ReadUnitsPerSecond or "
                  "WriteUnitsPerSecond specified for index: {}",
                  *action.IndexName));
}

}  // namespace

Result<void> check_index_updates(const std::vector<api::GlobalSecondaryIndexUpdate>& updates) {
  std::vector<std::string> names;
  int structural = 0;
  for (const auto& update : updates) {
    const int actions = (update.Create ? 1 : 0) + (update.Update ? 1 : 0) + (update.Delete ? 1 : 0);
    if (actions == 0) {
      return errors::invalid_parameter(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete must not be null");
    }
    if (actions > 1) {
      return errors::invalid_parameter(
          "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
          "object");
    }
    const auto& name = index_name(update);
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return errors::invalid_parameter(
          fmt::format("Only one global secondary index update per index is allowed "
                      "simultaneously. Index: {}",
                      name));
    }
    names.push_back(name);
    if (update.Update) CUMULITE_TRY(check_warm_given(*update.Update));
    if (!update.Update) ++structural;
  }
  return structural > 1 ? Result<void>(one_index_at_a_time()) : Result<void>();
}

Result<void> apply_index_updates(Context& ctx, const api::UpdateTableInput& in, Table& table) {
  for (const auto& update : *in.GlobalSecondaryIndexUpdates) {
    CUMULITE_TRY(check_structure(update, table));
    if (update.Create) CUMULITE_TRY(create_index(in, *update.Create, table));
    if (update.Update) CUMULITE_TRY(update_index(ctx, *update.Update, table));
    if (update.Delete) CUMULITE_TRY(delete_index(*update.Delete->IndexName, table));
  }
  return {};
}

void finish_index_changes(storage::Txn& txn, Table& table) {
  if (!table.description.GlobalSecondaryIndexes) return;
  table.compile();
  std::vector<std::string> leaving;
  for (auto& description : *table.description.GlobalSecondaryIndexes) {
    const bool is_new = description.IndexStatus == kCreating && description.Backfilling;
    if (is_new) {
      description.Backfilling = true;
    } else if (description.IndexStatus == kDeleting) {
      leaving.push_back(*description.IndexName);
    } else {
      description.IndexStatus = std::string(kActive);
    }
  }
  for (const auto& name : leaving) remove_index(txn, name, table);
}

std::vector<std::string> being_filled(const Table& table) {
  std::vector<std::string> out;
  if (!table.description.GlobalSecondaryIndexes) return out;
  for (const auto& description : *table.description.GlobalSecondaryIndexes) {
    if (description.Backfilling.value_or(false)) out.push_back(*description.IndexName);
  }
  return out;
}

void backfill_index(Database& db, const std::string& table_row, const std::string& index_name) {
  std::optional<std::string> from;
  bool done = false;
  while (!done) {
    const TablePtr table = db.catalog().find(table_row);
    if (table == nullptr) return;
    db.env().store.transact(table_domains(*table), [&](storage::Txn& txn) {
      if (db.catalog().find(table_row) != table) return;
      const auto* index = table->find_index(index_name);
      if (index == nullptr || !index->being_filled()) {
        done = true;
        return;
      }
      from = backfill_step(txn, *table, *index, from.value_or(table->row_prefix));
      if (from) return;
      auto copy = std::make_shared<Table>(*table);
      activate(*copy, index_name);
      save_table(db, txn, std::move(copy));
      done = true;
    });
  }
}

void resume_backfills(Database& db) {
  for (const auto& table : db.catalog().all()) {
    for (const auto& index : being_filled(*table)) {
      backfill_index(db, keys::table_row(table->account, table->region, table->name()), index);
    }
  }
}

}  // namespace cumulite::dynamodb
