#include "emulator/services/dynamodb/backup/backup_record.h"
#include "emulator/services/dynamodb/companions.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kListMax = 100;
constexpr std::int64_t kEndpointCacheMinutes = 1440;

}  // namespace

Result<api::DescribeTableOutput> describe_table(Context& ctx, const api::DescribeTableInput& in) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  api::DescribeTableOutput out;
  out.Table = describe(database(ctx), *ref.table);
  return out;
}

Result<api::ListTablesOutput> list_tables(Context& ctx, const api::ListTablesInput& in) {
  const auto limit = in.Limit ? static_cast<std::size_t>(*in.Limit) : kListMax;
  const auto tables = database(ctx).catalog().list(
      ctx.caller.account_id, ctx.caller.region, in.ExclusiveStartTableName.value_or(""), limit + 1);
  api::ListTablesOutput out;
  out.TableNames.emplace();
  for (const auto& table : tables) {
    if (out.TableNames->size() == limit) {
      out.LastEvaluatedTableName = out.TableNames->back();
      break;
    }
    out.TableNames->push_back(table->name());
  }
  return out;
}

Result<api::DeleteTableOutput> delete_table(Context& ctx, const api::DeleteTableInput& in) {
  Database& db = database(ctx);
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
    const Table& table = *ref.table;
    if (!table.active()) return errors::being_created(table.name());
    if (table.description.DeletionProtectionEnabled.value_or(false)) {
      return errors::deletion_protected(table.arn());
    }
    auto domains = table_domains(table);
    domains.push_back(tags_domain(table));
    domains.push_back(companions_domain(table));
    std::optional<NewBackup> backup;
    if (table.recovery) {
      backup = prepare_system_backup(db, table, ctx.now_ms);
      domains.push_back(backup->domain());
    }
    const bool done = db.env().store.transact(domains, [&](storage::Txn& txn) {
      if (db.catalog().find(ref.row) != ref.table) return false;
      if (backup) write_backup(db, txn, table, *backup, ctx.now_ms);
      drop_pseudo_indexes(txn, table);
      for (const auto& index : table.indexes) drop_index(txn, table, index);
      txn.del_range(spaces::kDynamoDbItems, table.row_prefix,
                    storage::prefix_end(table.row_prefix));
      txn.del_range(spaces::kDynamoDb, totals_prefix(table),
                    storage::prefix_end(totals_prefix(table)));
      txn.del(spaces::kDynamoDb, ref.row);
      if (table.streams()) stream::close(txn, table, ctx.now_ms);
      put_tags(txn, table, {});
      drop_companions(txn, table);
      txn.on_commit([&db, row = ref.row] { db.catalog().erase(row); });
      return true;
    });
    if (!done) continue;
    api::DeleteTableOutput out;
    out.TableDescription = table.description;
    auto& description = *out.TableDescription;
    description.TableStatus = "DELETING";
    description.KeySchema.reset();
    description.AttributeDefinitions.reset();
    description.LocalSecondaryIndexes.reset();
    description.GlobalSecondaryIndexes.reset();
    description.CreationDateTime.reset();
    return out;
  }
}

Result<api::DescribeLimitsOutput> describe_limits(Context&, const api::DescribeLimitsInput&) {
  api::DescribeLimitsOutput out;
  out.AccountMaxReadCapacityUnits = 80'000;
  out.AccountMaxWriteCapacityUnits = 80'000;
  out.TableMaxReadCapacityUnits = 40'000;
  out.TableMaxWriteCapacityUnits = 40'000;
  return out;
}

Result<api::DescribeEndpointsResponse> describe_endpoints(Context& ctx,
                                                          const api::DescribeEndpointsRequest&) {
  api::DescribeEndpointsResponse out;
  auto& endpoint = out.Endpoints.emplace().emplace_back();
  // An address that the client can reach: the one it used.
  const std::string url = ctx.client_url();
  endpoint.Address = url.substr(url.find("://") + 3);
  endpoint.CachePeriodInMinutes = kEndpointCacheMinutes;
  return out;
}

}  // namespace cumulite::dynamodb
