#include "emulator/services/dynamodb/backup/restore.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/backup/backup_operations.h"
#include "emulator/services/dynamodb/backup/backup_record.h"
#include "emulator/services/dynamodb/backup/change_log.h"
#include "emulator/services/dynamodb/backup/snapshot.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/job/load_items.h"
#include "emulator/services/dynamodb/shapes.h"
#include "emulator/services/dynamodb/table/schema_check.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/vector/search_vectors.h"
#include "protocol/codec/timestamp.h"
#include "protocol/time_units.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::uint8_t kTableField = 1;

/// The row that owns the body of a pending restore, so that whatever becomes of the account's rows
/// (a reset, a snapshot) becomes of the body too.
std::string body_row_of(const Table& table) {
  return keys::part_row(table.account, table.region, 'r', table.name(),
                        table.description.TableId.value_or(""));
}

storage::Domains target_domains(const Table& table) {
  auto domains = table_domains(table);
  domains.push_back(storage::Domain::exclusive_on(spaces::kDynamoDb, body_row_of(table)));
  return domains;
}

api::ProvisionedThroughput units_of(const api::ProvisionedThroughputDescription& description) {
  api::ProvisionedThroughput out;
  out.ReadCapacityUnits = description.ReadCapacityUnits;
  out.WriteCapacityUnits = description.WriteCapacityUnits;
  return out;
}

/// The indexes of the source as a table would be created with them.
template <class Index, class Description>
std::optional<std::vector<Index>> indexes_of(const std::optional<std::vector<Description>>& source,
                                             bool on_demand) {
  if (!source) return std::nullopt;
  std::vector<Index> out;
  for (const auto& description : *source) {
    auto& index = out.emplace_back();
    index.IndexName = description.IndexName;
    index.KeySchema = description.KeySchema;
    index.Projection = description.Projection;
    if constexpr (requires { index.ProvisionedThroughput; }) {
      index.OnDemandThroughput = description.OnDemandThroughput;
      if (!on_demand && description.ProvisionedThroughput) {
        index.ProvisionedThroughput = units_of(*description.ProvisionedThroughput);
      }
    }
  }
  return out;
}

Error invalid_request(std::string_view detail) {
  return errors::validation(fmt::format("Invalid Request: {}", detail));
}

bool same_projection(const std::optional<api::Projection>& a,
                     const std::optional<api::Projection>& b) {
  if (!a || !b || a->ProjectionType != b->ProjectionType) return false;
  auto mine = a->NonKeyAttributes.value_or(std::vector<std::string>{});
  auto other = b->NonKeyAttributes.value_or(std::vector<std::string>{});
  std::sort(mine.begin(), mine.end());
  std::sort(other.begin(), other.end());
  return mine == other;
}

bool same_keys(const std::optional<std::vector<api::KeySchemaElement>>& a,
               const std::optional<std::vector<api::KeySchemaElement>>& b) {
  return a && b &&
         std::equal(a->begin(), a->end(), b->begin(), b->end(), [](const auto& x, const auto& y) {
           return x.AttributeName == y.AttributeName && x.KeyType == y.KeyType;
         });
}

/// Units go with the billing mode that the restored table has.
Result<void> check_index_units(const api::GlobalSecondaryIndex& index, bool on_demand) {
  if (index.ProvisionedThroughput.has_value() != on_demand) return {};
  return invalid_request(
      on_demand
          ? fmt::format("Cannot override ProvisionedThroughput if BillingMode is overridden "
                        "to PAY_PER_REQUEST for index {}",
                        *index.IndexName)
          : fmt::format("Must specify provisioned throughput for index {}", *index.IndexName));
}

/// An override names some of the source's indexes, possibly none, by what they are: they may have
/// other names.
template <class Index>
Result<void> override_indexes(const std::optional<std::vector<Index>>& wanted,
                              std::optional<std::vector<Index>>& indexes, bool on_demand) {
  if (!wanted) return {};
  for (const auto& index : *wanted) {
    const bool known =
        indexes && std::any_of(indexes->begin(), indexes->end(), [&](const Index& source) {
          return same_keys(source.KeySchema, index.KeySchema) &&
                 same_projection(source.Projection, index.Projection);
        });
    if (!known) {
      return invalid_request(
          fmt::format("Index {} does not match a secondary index that existed in the source table "
                      "and cannot be created during the restore operation",
                      index.IndexName.value_or("")));
    }
    if constexpr (requires { index.ProvisionedThroughput; }) {
      CUMULITE_TRY(check_index_units(index, on_demand));
    }
  }
  indexes.reset();
  if (!wanted->empty()) indexes = wanted;
  return {};
}

/// Capacity that is overridden fits the billing mode that the restored table has.
template <class Request>
Result<void> check_capacity_overrides(const Request& in, bool was_on_demand, bool on_demand) {
  if (on_demand && in.ProvisionedThroughputOverride) {
    return invalid_request(
        in.BillingModeOverride
            ? "Cannot override ProvisionedThroughput if BillingMode is overridden to "
              "PAY_PER_REQUEST"
            : "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED");
  }
  if (!on_demand && was_on_demand && !in.ProvisionedThroughputOverride) {
    return invalid_request(
        "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED");
  }
  if (!in.OnDemandThroughputOverride) return {};
  const auto check = [&](const std::optional<std::int64_t>& units,
                         std::string_view member) -> Result<void> {
    if (units && !on_demand) {
      return invalid_request(
          fmt::format("Cannot override {} for OnDemandThroughput unless "
                      "BillingModeOverride is PAY_PER_REQUEST",
                      member));
    }
    if (!units || *units > 0) return {};
    return invalid_request(
        fmt::format("Requested {} for OnDemandThroughput is outside of valid range", member));
  };
  CUMULITE_TRY(check(in.OnDemandThroughputOverride->MaxReadRequestUnits, "MaxReadRequestUnits"));
  return check(in.OnDemandThroughputOverride->MaxWriteRequestUnits, "MaxWriteRequestUnits");
}

/// Drops definitions that no key uses any more.
void prune_definitions(api::CreateTableInput& in) {
  const auto uses = [](const auto& schema, const std::string& name) {
    return std::any_of(schema->begin(), schema->end(),
                       [&](const auto& element) { return element.AttributeName == name; });
  };
  const auto is_unused = [&](const api::AttributeDefinition& definition) {
    const std::string& name = *definition.AttributeName;
    if (uses(in.KeySchema, name)) return false;
    const auto in_indexes = [&](const auto& indexes) {
      return indexes && std::any_of(indexes->begin(), indexes->end(),
                                    [&](const auto& index) { return uses(index.KeySchema, name); });
    };
    return !in_indexes(in.LocalSecondaryIndexes) && !in_indexes(in.GlobalSecondaryIndexes);
  };
  auto& all = *in.AttributeDefinitions;
  all.erase(std::remove_if(all.begin(), all.end(), is_unused), all.end());
}

/// How the restored table is created: as the source was, with the request's overrides. Streams,
/// TTL, tags, policies, auto scaling and recovery are not restored.
template <class Request>
Result<api::CreateTableInput> creation_of(const api::TableDescription& source, const Request& in) {
  CUMULITE_TRY(check_no_vector_indexes(in.VectorIndexOverride));
  api::CreateTableInput out;
  out.TableName = in.TargetTableName;
  out.AttributeDefinitions = source.AttributeDefinitions;
  out.KeySchema = source.KeySchema;
  const bool was_on_demand =
      source.BillingModeSummary && source.BillingModeSummary->BillingMode == "PAY_PER_REQUEST";
  const bool on_demand =
      in.BillingModeOverride ? in.BillingModeOverride == "PAY_PER_REQUEST" : was_on_demand;
  CUMULITE_TRY(check_capacity_overrides(in, was_on_demand, on_demand));
  out.BillingMode = on_demand ? "PAY_PER_REQUEST" : "PROVISIONED";
  if (!on_demand) {
    out.ProvisionedThroughput = in.ProvisionedThroughputOverride
                                    ? in.ProvisionedThroughputOverride
                                    : units_of(*source.ProvisionedThroughput);
  }
  if (on_demand) {
    out.OnDemandThroughput =
        in.OnDemandThroughputOverride ? in.OnDemandThroughputOverride : source.OnDemandThroughput;
  }
  if (in.SSESpecificationOverride) {
    out.SSESpecification = in.SSESpecificationOverride;
  } else if (source.SSEDescription) {
    out.SSESpecification.emplace();
    out.SSESpecification->Enabled = true;
    out.SSESpecification->KMSMasterKeyId = source.SSEDescription->KMSMasterKeyArn;
  }
  if (source.TableClassSummary) out.TableClass = source.TableClassSummary->TableClass;
  out.LocalSecondaryIndexes =
      indexes_of<api::LocalSecondaryIndex>(source.LocalSecondaryIndexes, on_demand);
  out.GlobalSecondaryIndexes =
      indexes_of<api::GlobalSecondaryIndex>(source.GlobalSecondaryIndexes, on_demand);
  CUMULITE_TRY(
      override_indexes(in.LocalSecondaryIndexOverride, out.LocalSecondaryIndexes, on_demand));
  CUMULITE_TRY(
      override_indexes(in.GlobalSecondaryIndexOverride, out.GlobalSecondaryIndexes, on_demand));
  prune_definitions(out);
  CUMULITE_TRY(check_schema(out));
  return out;
}

/// The target as a table of its own, not yet stored. Errors: TableAlreadyExistsException.
Result<std::shared_ptr<Table>> make_target(Context& ctx, const api::CreateTableInput& creation,
                                           api::RestoreSummary summary) {
  CUMULITE_ASSIGN(const std::string name, table_name(ctx, *creation.TableName));
  auto table = make_table(ctx, creation, name);
  table->description.TableStatus = std::string(kCreating);
  summary.RestoreInProgress = true;
  table->description.RestoreSummary = std::move(summary);
  table->compile();
  return table;
}

std::string table_row_of(std::string_view body_row_value) {
  FieldReader fields(body_row_value);
  while (fields.next()) {
    if (fields.tag() == kTableField) return std::string(fields.text());
  }
  return {};
}

Error already_exists(const std::string& name) {
  return {"TableAlreadyExistsException", "Table already exists: " + name};
}

/// Stores the target and starts its job, with the body that the transaction gave it.
Result<void> store_target(Database& db, storage::Txn& txn, const std::shared_ptr<Table>& target,
                          const storage::BlobRef& items) {
  const auto row = keys::table_row(target->account, target->region, target->name());
  if (db.catalog().find(row) != nullptr) return already_exists(target->name());
  save_table(db, txn, target);
  FieldWriter fields;
  fields.text(kTableField, row);
  fields.text(kBodyField, items.encode());
  const std::string body_row = body_row_of(*target);
  txn.put(spaces::kDynamoDb, body_row, fields.take());
  start_lasting_job(db, txn, {JobKind::kRestore, target->account, target->region, body_row},
                    target->description.CreationDateTime->ms);
  return {};
}

Result<TableRef> restore_source(Context& ctx, const api::RestoreTableToPointInTimeInput& in) {
  if (!in.SourceTableName && !in.SourceTableArn) {
    return errors::validation(
        "The parameter 'TableName' is required but was not present in the request");
  }
  if (in.SourceTableName && in.SourceTableArn) {
    return errors::validation("Must provide exactly one of: sourceTableArn, sourceTableName");
  }
  return find_source_table(ctx, in.SourceTableArn ? *in.SourceTableArn : *in.SourceTableName);
}

std::string time_text(std::int64_t ms) {
  std::string out;
  codec::append_iso8601(model::Timestamp{ms}, false, out);
  return out;
}

/// The moment to restore. Errors: PointInTimeRecoveryUnavailableException,
/// InvalidRestoreTimeException.
Result<std::int64_t> restore_time(const Context& ctx, const Table& table,
                                  const api::RestoreTableToPointInTimeInput& in) {
  if (!table.recovery) {
    return Error{"PointInTimeRecoveryUnavailableException",
                 fmt::format("Point in time recovery is not enabled for table '{}'", table.name())};
  }
  const bool latest = in.UseLatestRestorableTime.value_or(false);
  if (latest == in.RestoreDateTime.has_value()) {
    return invalid_request(
        latest ? "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time "
                 "restore request. Please specify either RestoreDateTime time or "
                 "UseLatestRestorableTime"
               : "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but "
                 "not both");
  }
  const auto latest_ms = latest_restorable_ms(*table.recovery, ctx.now_ms);
  if (latest) return latest_ms;
  const std::int64_t at_ms = in.RestoreDateTime->ms;
  // Times are given in seconds: the second of the earliest moment counts as within.
  const auto earliest_ms = whole_seconds(earliest_restorable_ms(*table.recovery, ctx.now_ms));
  if (at_ms > latest_ms || at_ms < earliest_ms) {
    return Error{
        "InvalidRestoreTimeException",
        fmt::format("RestoreDateTime '{}' must be within EarliestRestorableDateTime '{}' and "
                    "LatestRestorableDateTime '{}'",
                    time_text(at_ms), time_text(earliest_ms), time_text(latest_ms))};
  }
  return std::max(at_ms, table.recovery->enabled_ms);
}

}  // namespace

Result<api::RestoreTableFromBackupOutput> restore_table_from_backup(
    Context& ctx, const api::RestoreTableFromBackupInput& in) {
  CUMULITE_TRY(check_backup_arn(*in.BackupArn));
  const Error missing = {"BackupNotFoundException", "Backup not found: " + *in.BackupArn};
  const auto arn = parse_part_arn(ctx, *in.BackupArn, "backup");
  const auto stored = arn ? ctx.env.store.get(spaces::kDynamoDb, arn->row('b')) : std::nullopt;
  if (!stored) return missing;
  const BackupRecord record = BackupRecord::decode(*stored);
  CUMULITE_TRY(check_backup_idle(ctx, record, "restore another table"));
  CUMULITE_ASSIGN(const auto creation, creation_of(record.table, in));
  api::RestoreSummary summary;
  summary.SourceBackupArn = in.BackupArn;
  summary.SourceTableArn = record.table.TableArn;
  summary.RestoreDateTime = record.description.BackupDetails->BackupCreationDateTime;
  CUMULITE_ASSIGN(const auto target, make_target(ctx, creation, std::move(summary)));
  Database& db = database(ctx);
  auto domains = target_domains(*target);
  domains.push_back(storage::Domain::exclusive_on(spaces::kDynamoDb, arn->row('b')));
  CUMULITE_TRY(ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    const auto row = txn.get(spaces::kDynamoDb, arn->row('b'));
    if (!row) return missing;
    // The job owns a copy, because the backup may be deleted meanwhile.
    const auto items = body_of(*row);
    return store_target(db, txn, target,
                        items.id == 0 ? items : ctx.env.blobs.duplicate(txn, items));
  }));
  api::RestoreTableFromBackupOutput out;
  out.TableDescription = target->description;
  return out;
}

Result<api::RestoreTableToPointInTimeOutput> restore_table_to_point_in_time(
    Context& ctx, const api::RestoreTableToPointInTimeInput& in) {
  Database& db = database(ctx);
  while (true) {
    CUMULITE_ASSIGN(const TableRef source, restore_source(ctx, in));
    CUMULITE_ASSIGN(const std::int64_t at_ms, restore_time(ctx, *source.table, in));
    CUMULITE_ASSIGN(const auto creation, creation_of(source.table->description, in));
    api::RestoreSummary summary;
    summary.SourceTableArn = source.table->arn();
    summary.RestoreDateTime = model::Timestamp{at_ms};
    CUMULITE_ASSIGN(const auto target, make_target(ctx, creation, std::move(summary)));
    if (target->name() == source.table->name()) return already_exists(target->name());
    const auto view = view_table(db, source);
    if (view == nullptr) continue;
    auto spool = ctx.env.blobs.make_spool();
    write_snapshot(*view, *source.table, at_ms, *spool);
    ctx.env.blobs.prepare(*spool);
    const auto domains = target_domains(*target);
    CUMULITE_TRY(ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
      return store_target(db, txn, target, ctx.env.blobs.adopt(txn, *spool));
    }));
    api::RestoreTableToPointInTimeOutput out;
    out.TableDescription = target->description;
    return out;
  }
}

void fill_restored_table(Database& db, const Job& job) {
  const auto stored = db.env().store.get(spaces::kDynamoDb, job.subject);
  // After a crash the job may come again when all was done.
  if (!stored) return;
  const storage::BlobRef items = body_of(*stored);
  const std::string row = table_row_of(*stored);
  if (const TablePtr table = db.catalog().find(row); table != nullptr && !table->serves()) {
    SnapshotReader reader(db.env().blobs, items);
    load_items(db, row, [&]() -> std::optional<Item> {
      const auto frame = reader.next();
      if (!frame) return std::nullopt;
      return decode_item(*frame);
    });
    finish_filling(db, row);
  }
  const auto domain = storage::Domain::exclusive_on(spaces::kDynamoDb, job.subject);
  db.env().store.transact({domain}, [&](storage::Txn& txn) {
    if (items.id != 0) db.env().blobs.release(txn, items);
    txn.del(spaces::kDynamoDb, job.subject);
  });
}

}  // namespace cumulite::dynamodb
