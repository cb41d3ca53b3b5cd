#include "emulator/services/dynamodb/table/table_change.h"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/dynamodb/global/group.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/warm_throughput.h"

namespace cumulite::dynamodb {
namespace {

// The capacity that AWS shows as available at once for a new on-demand table.
// The number 0 and those above are not of indexes (keys.h).
constexpr std::uint8_t kIndexNumberMax = 250;

/// "2026-01-01T00:00:00.000"
std::string stream_label(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}", parts, unix_ms % 1000);
}

}  // namespace

void save_table(Database& db, storage::Txn& txn, std::shared_ptr<Table> table) {
  table->compile();
  const auto row = keys::table_row(table->account, table->region, table->name());
  txn.put(spaces::kDynamoDb, row, table->encode());
  txn.on_commit([&db, row, table = TablePtr(std::move(table))] { db.catalog().put(row, table); });
}

storage::Domains table_domains(const Table& table) {
  return {storage::Domain::exclusive_on(spaces::kDynamoDb,
                                        keys::table_row(table.account, table.region, table.name())),
          storage::Domain::exclusive_on(spaces::kDynamoDb, totals_prefix(table)),
          storage::Domain::exclusive_on(spaces::kDynamoDbItems, table.row_prefix)};
}

Error not_active(const Table& table) {
  // What keeps a table of a group busy is not told.
  if (table.replicated()) return errors::replica_in_use();
  const auto& status = table.description.TableStatus;
  if (status == kDeleting) return errors::being_deleted(table.name());
  if (status == kCreating) return errors::being_created(table.name());
  if (table.next_units) {
    return errors::still_in_use("Table IOPS are currently being updated. Table: " + table.name());
  }
  return errors::being_updated(table.name());
}

api::TableDescription describe(Database& db, const Table& table) {
  api::TableDescription out = table.description;
  const auto& store = db.env().store;
  const Totals totals = table_totals(store, table);
  out.ItemCount = totals.items;
  out.TableSizeBytes = totals.bytes;
  if (out.TableStatus == kDeleting) {
    hide_schema(out);
    return out;
  }
  describe_group(db, table, out);
  fill_warm_throughput(out.WarmThroughput, table.on_demand(), out.ProvisionedThroughput);
  const auto now_ms = db.env().clock.now_ms(table.account);
  const auto show_decreases = [&](std::optional<api::ProvisionedThroughputDescription>& units) {
    if (units) units->NumberOfDecreasesToday = decreases_today(*units, now_ms);
  };
  show_decreases(out.ProvisionedThroughput);
  const auto fill = [&](auto& indexes) {
    if (!indexes) return;
    for (auto& index : *indexes) {
      const auto* known = table.find_index(*index.IndexName);
      if (known == nullptr) continue;
      const Totals of_index = index_totals(store, table, *known);
      index.ItemCount = of_index.items;
      index.IndexSizeBytes = of_index.bytes;
    }
  };
  fill(out.LocalSecondaryIndexes);
  fill(out.GlobalSecondaryIndexes);
  if (out.GlobalSecondaryIndexes) {
    for (auto& index : *out.GlobalSecondaryIndexes) {
      fill_warm_throughput(index.WarmThroughput, table.on_demand(), index.ProvisionedThroughput);
      show_decreases(index.ProvisionedThroughput);
    }
  }
  return out;
}

void hide_schema(api::TableDescription& description) {
  description.KeySchema.reset();
  description.AttributeDefinitions.reset();
  description.LocalSecondaryIndexes.reset();
  description.GlobalSecondaryIndexes.reset();
  description.CreationDateTime.reset();
}

api::ProvisionedThroughputDescription throughput_of(
    const std::optional<api::ProvisionedThroughput>& throughput) {
  api::ProvisionedThroughputDescription out;
  out.NumberOfDecreasesToday = 0;
  out.ReadCapacityUnits = throughput ? throughput->ReadCapacityUnits.value_or(0) : 0;
  out.WriteCapacityUnits = throughput ? throughput->WriteCapacityUnits.value_or(0) : 0;
  return out;
}

api::GlobalSecondaryIndexDescription global_index_of(const Table& table,
                                                     const api::GlobalSecondaryIndex& index) {
  api::GlobalSecondaryIndexDescription out;
  out.IndexName = index.IndexName;
  out.KeySchema = index.KeySchema;
  out.Projection = index.Projection;
  out.IndexStatus = std::string(kActive);
  out.ProvisionedThroughput = throughput_of(index.ProvisionedThroughput);
  out.OnDemandThroughput = index.OnDemandThroughput;
  out.IndexSizeBytes = 0;
  out.ItemCount = 0;
  out.IndexArn = fmt::format("{}/index/{}", table.arn(), *index.IndexName);
  if (index.WarmThroughput) {
    out.WarmThroughput.emplace();
    out.WarmThroughput->ReadUnitsPerSecond = index.WarmThroughput->ReadUnitsPerSecond;
    out.WarmThroughput->WriteUnitsPerSecond = index.WarmThroughput->WriteUnitsPerSecond;
  }
  return out;
}

void number_index(Table& table, const std::string& index_name) {
  const auto is_used = [&](std::uint8_t number) {
    return std::any_of(table.index_numbers.begin(), table.index_numbers.end(),
                       [&](const auto& entry) { return entry.second == number; });
  };
  const auto advance = [&] {
    table.next_index_number = table.next_index_number >= kIndexNumberMax
                                  ? std::uint8_t{1}
                                  : static_cast<std::uint8_t>(table.next_index_number + 1);
  };
  while (is_used(table.next_index_number)) advance();
  table.index_numbers.emplace_back(index_name, table.next_index_number);
  advance();
}

void sort_names(api::TableDescription& description) {
  if (auto& definitions = description.AttributeDefinitions) {
    std::sort(definitions->begin(), definitions->end(),
              [](const auto& a, const auto& b) { return *a.AttributeName < *b.AttributeName; });
  }
  const auto sort_projected = [](auto& indexes) {
    if (!indexes) return;
    for (auto& index : *indexes) {
      if (!index.Projection || !index.Projection->NonKeyAttributes) continue;
      auto& names = *index.Projection->NonKeyAttributes;
      std::sort(names.begin(), names.end());
    }
  };
  sort_projected(description.GlobalSecondaryIndexes);
  sort_projected(description.LocalSecondaryIndexes);
}

void enable_stream(Context& ctx, Table& table, const api::StreamSpecification& specification) {
  table.stream_number = ids::random_u64() | 1;
  table.description.StreamSpecification = specification;
  // Two streams of one name differ though the clock stood still between them.
  std::int64_t labelled_ms = ctx.now_ms;
  const auto is_taken = [&] {
    return stream::find(ctx.env.store, table.account, table.region, table.name(),
                        stream_label(labelled_ms))
        .has_value();
  };
  while (is_taken()) ++labelled_ms;
  table.description.LatestStreamLabel = stream_label(labelled_ms);
  table.description.LatestStreamArn =
      fmt::format("{}/stream/{}", table.arn(), *table.description.LatestStreamLabel);
}

}  // namespace cumulite::dynamodb
