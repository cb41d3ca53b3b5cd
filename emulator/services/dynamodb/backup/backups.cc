#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/backup/backup_operations.h"
#include "emulator/services/dynamodb/part_arn.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "protocol/codec/timestamp.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kPageMax = 100;

Error backup_missing(std::string_view arn) {
  return {"BackupNotFoundException", "Backup not found: " + std::string(arn)};
}

api::BackupSummary summary_of(const api::BackupDescription& description) {
  api::BackupSummary out;
  const auto& source = *description.SourceTableDetails;
  const auto& details = *description.BackupDetails;
  out.TableName = source.TableName;
  out.TableId = source.TableId;
  out.TableArn = source.TableArn;
  out.BackupArn = details.BackupArn;
  out.BackupName = details.BackupName;
  out.BackupCreationDateTime = details.BackupCreationDateTime;
  out.BackupExpiryDateTime = details.BackupExpiryDateTime;
  out.BackupStatus = details.BackupStatus;
  out.BackupType = details.BackupType;
  out.BackupSizeBytes = details.BackupSizeBytes;
  return out;
}

bool matches(const api::ListBackupsInput& in, const api::BackupDetails& details) {
  const std::string wanted = in.BackupType.value_or("USER");
  if (wanted != "ALL" && wanted != details.BackupType) return false;
  const std::int64_t created_ms = details.BackupCreationDateTime->ms;
  if (in.TimeRangeLowerBound && created_ms < in.TimeRangeLowerBound->ms) return false;
  return !in.TimeRangeUpperBound || created_ms < in.TimeRangeUpperBound->ms;
}

/// Who deletes a table with recovery cannot delete what was kept of it.
Error system_backup(const api::BackupDetails& details) {
  std::string expiry;
  codec::append_iso8601(*details.BackupExpiryDateTime, true, expiry);
  return errors::validation(fmt::format(
      "Invalid Request: User is not allowed to delete the system backup with arn {}. It "
      "will automatically expire on {}",
      *details.BackupArn, expiry));
}

}  // namespace

Result<void> check_backup_arn(std::string_view arn) {
  const auto parsed = parse_arn(arn);
  const auto part = part_of_table_arn(arn);
  constexpr std::string_view kBackupPart = "/backup/";
  if (!parsed || !part.starts_with(kBackupPart) || part.size() == kBackupPart.size()) {
    return errors::validation("Invalid Backup ARN");
  }
  if (!parsed->is_of("dynamodb")) {
    return errors::validation("Invalid Request: BackupArn is not valid");
  }
  return {};
}

Result<void> check_backup_idle(Context& ctx, const BackupRecord& record, std::string_view use) {
  Database& db = database(ctx);
  if (db.transition_time().ms(ctx.caller.account_id) == 0) return {};
  const auto& arn = record.description.BackupDetails->BackupArn;
  if (ctx.now_ms < record.available_ms) {
    return Error{"BackupInUseException", fmt::format("Backup is being created: {}", *arn)};
  }
  const auto tables =
      db.catalog().list(ctx.caller.account_id, ctx.caller.region, {}, static_cast<std::size_t>(-1));
  for (const auto& table : tables) {
    const auto& summary = table->description.RestoreSummary;
    if (!summary || !summary->RestoreInProgress.value_or(false)) continue;
    if (summary->SourceBackupArn != arn) continue;
    return Error{"BackupInUseException", fmt::format("Backup is being used to {}: {}", use, *arn)};
  }
  return {};
}

Result<TableRef> find_source_table(Context& ctx, std::string_view name_or_arn) {
  auto ref = find_table(ctx, name_or_arn);
  if (!ref.ok() && ref.error().code == "ResourceNotFoundException") {
    CUMULITE_ASSIGN(const std::string name, table_name(ctx, name_or_arn));
    return Error{"TableNotFoundException", "Table not found: " + name};
  }
  return ref;
}

Result<api::CreateBackupOutput> create_backup(Context& ctx, const api::CreateBackupInput& in) {
  Database& db = database(ctx);
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_source_table(ctx, *in.TableName));
    const Table& table = *ref.table;
    // A table that is being created is not there yet; one that is being deleted still is.
    if (table.description.TableStatus == kCreating) {
      return Error{"TableNotFoundException", "Table not found: " + table.name()};
    }
    NewBackup backup = prepare_backup(db, table, *in.BackupName, ctx.now_ms);
    const auto view = view_table(db, ref);
    if (view == nullptr) continue;
    take_items(*view, table, backup);
    ctx.env.blobs.prepare(*backup.spool);
    api::CreateBackupOutput out;
    out.BackupDetails = ctx.env.store.transact({backup.domain()}, [&](storage::Txn& txn) {
      return write_backup(db, txn, table, backup, ctx.now_ms);
    });
    // The service answers before the backup is there; ours is at once.
    out.BackupDetails->BackupStatus = "CREATING";
    return out;
  }
}

Result<api::DescribeBackupOutput> describe_backup(Context& ctx,
                                                  const api::DescribeBackupInput& in) {
  CUMULITE_TRY(check_backup_arn(*in.BackupArn));
  const auto arn = parse_part_arn(ctx, *in.BackupArn, "backup");
  const auto row = arn ? ctx.env.store.get(spaces::kDynamoDb, arn->row('b')) : std::nullopt;
  if (!row) return backup_missing(*in.BackupArn);
  api::DescribeBackupOutput out;
  out.BackupDescription = BackupRecord::decode(*row).described(ctx.now_ms);
  return out;
}

Result<api::DeleteBackupOutput> delete_backup(Context& ctx, const api::DeleteBackupInput& in) {
  CUMULITE_TRY(check_backup_arn(*in.BackupArn));
  const auto arn = parse_part_arn(ctx, *in.BackupArn, "backup");
  if (!arn) return backup_missing(*in.BackupArn);
  const std::string key = arn->row('b');
  const auto domain = storage::Domain::exclusive_on(spaces::kDynamoDb, key);
  return ctx.env.store.transact({domain},
                                [&](storage::Txn& txn) -> Result<api::DeleteBackupOutput> {
                                  const auto row = txn.get(spaces::kDynamoDb, key);
                                  if (!row) return backup_missing(*in.BackupArn);
                                  const BackupRecord record = BackupRecord::decode(*row);
                                  const auto& details = *record.description.BackupDetails;
                                  if (details.BackupType == "SYSTEM") return system_backup(details);
                                  CUMULITE_TRY(check_backup_idle(ctx, record, "restore table"));
                                  if (record.items.id != 0)
                                    ctx.env.blobs.release(txn, record.items);
                                  txn.del(spaces::kDynamoDb, key);
                                  api::DeleteBackupOutput out;
                                  out.BackupDescription = record.description;
                                  out.BackupDescription->BackupDetails->BackupStatus = "DELETED";
                                  return out;
                                });
}

Result<api::ListBackupsOutput> list_backups(Context& ctx, const api::ListBackupsInput& in) {
  if (in.TimeRangeLowerBound && in.TimeRangeUpperBound &&
      in.TimeRangeLowerBound->ms > in.TimeRangeUpperBound->ms) {
    return errors::invalid_parameter(
        "Time range lower bound must be less than or equal to upper bound");
  }
  const auto limit = in.Limit ? static_cast<std::size_t>(*in.Limit) : kPageMax;
  std::string table;
  if (in.TableName) {
    CUMULITE_ASSIGN(table, table_name(ctx, *in.TableName));
  }
  const std::string prefix = keys::part_rows(ctx.caller.account_id, ctx.caller.region, 'b', table);
  std::string from = prefix;
  if (in.ExclusiveStartBackupArn) {
    const auto start = parse_part_arn(ctx, *in.ExclusiveStartBackupArn, "backup");
    if (!start) return errors::validation("Invalid ExclusiveStartBackupArn");
    from = start->row('b') + '\0';
  }
  api::ListBackupsOutput out;
  out.BackupSummaries.emplace();
  while (true) {
    const auto page = ctx.env.store.range(spaces::kDynamoDb, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      const auto description = BackupRecord::decode(row.value).described(ctx.now_ms);
      if (!matches(in, *description.BackupDetails)) continue;
      if (out.BackupSummaries->size() == limit) {
        out.LastEvaluatedBackupArn = out.BackupSummaries->back().BackupArn;
        return out;
      }
      out.BackupSummaries->push_back(summary_of(description));
    }
    if (!page.more) return out;
    from = page.rows.back().key + '\0';
  }
}

}  // namespace cumulite::dynamodb
