#include <fmt/format.h>

#include "emulator/core/records/fields.h"
#include "emulator/services/dynamodb/backup/backup_operations.h"
#include "emulator/services/dynamodb/backup/change_log.h"
#include "emulator/services/dynamodb/backup/snapshot.h"
#include "emulator/services/dynamodb/export/export_operations.h"
#include "emulator/services/dynamodb/export/export_record.h"
#include "emulator/services/dynamodb/job/jobs.h"
#include "emulator/services/dynamodb/paging.h"
#include "emulator/services/dynamodb/part_arn.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "protocol/codec/json_writer.h"
#include "protocol/time_units.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kTokenLifetimeMs = 8 * kHourMs;
constexpr std::int64_t kListedMs = 90 * kDayMs;
constexpr std::int64_t kIncrementMinMs = 15 * kMinuteMs;
constexpr std::int64_t kIncrementMaxMs = kDayMs;
constexpr std::size_t kExportsPageDefault = 10;

Error export_missing(std::string_view arn) {
  return {"ExportNotFoundException", "Export not found: " + std::string(arn)};
}

/// Unlike backups, exports name a missing table by its ARN.
Result<TableRef> find_exported(Context& ctx, const std::string& arn) {
  auto ref = find_source_table(ctx, arn);
  if (!ref.ok() && ref.error().code == "TableNotFoundException") {
    return Error{"TableNotFoundException", "Table not found: " + arn};
  }
  return ref;
}

Error invalid_time(std::string_view what) {
  return {"InvalidExportTimeException",
          fmt::format("{} is outside of the point in time recovery window", what)};
}

/// Times are given in seconds: the second of the earliest moment counts as within.
bool is_restorable(const Context& ctx, const Table& table, std::int64_t ms) {
  return ms <= ctx.now_ms &&
         ms >= whole_seconds(earliest_restorable_ms(*table.recovery, ctx.now_ms));
}

/// Which span an incremental export is of; the absent end is now.
Result<void> check_increment(const Context& ctx, const Table& table,
                             api::IncrementalExportSpecification& span) {
  if (!span.ExportFromTime) {
    return errors::validation("ExportFromTime must be specified for an incremental export");
  }
  if (!span.ExportToTime) span.ExportToTime = model::Timestamp{ctx.now_ms};
  if (!span.ExportViewType) span.ExportViewType = "NEW_AND_OLD_IMAGES";
  const std::int64_t from_ms = span.ExportFromTime->ms;
  const std::int64_t to_ms = span.ExportToTime->ms;
  if (from_ms >= to_ms) return errors::validation("ExportFromTime must be before ExportToTime");
  if (to_ms - from_ms < kIncrementMinMs || to_ms - from_ms > kIncrementMaxMs) {
    return errors::validation(
        "The time between ExportFromTime and ExportToTime must be between 15 minutes and 24 hours");
  }
  if (!is_restorable(ctx, table, from_ms)) return invalid_time("ExportFromTime");
  if (!is_restorable(ctx, table, to_ms)) return invalid_time("ExportToTime");
  return {};
}

Result<void> check_request(const Context& ctx, const Table& table,
                           const api::ExportTableToPointInTimeInput& in,
                           api::ExportDescription& out) {
  if (!table.recovery) {
    return Error{"PointInTimeRecoveryUnavailableException",
                 fmt::format("Point in time recovery is not enabled for table '{}'", table.name())};
  }
  if (in.S3SseKmsKeyId && in.S3SseAlgorithm != "KMS") {
    return errors::validation("S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS");
  }
  const bool incremental = in.ExportType == "INCREMENTAL_EXPORT";
  if (incremental != in.IncrementalExportSpecification.has_value()) {
    return errors::validation(
        incremental ? "IncrementalExportSpecification must be specified for an incremental export"
                    : "IncrementalExportSpecification can only be specified for an incremental "
                      "export");
  }
  if (incremental) {
    if (in.ExportTime) {
      return errors::validation("ExportTime cannot be specified for an incremental export");
    }
    out.IncrementalExportSpecification = in.IncrementalExportSpecification;
    CUMULITE_TRY(check_increment(ctx, table, *out.IncrementalExportSpecification));
  } else if (in.ExportTime && !is_restorable(ctx, table, in.ExportTime->ms)) {
    return invalid_time("ExportTime");
  }
  return {};
}

api::ExportDescription describe(const Context& ctx, const Table& table,
                                const api::ExportTableToPointInTimeInput& in) {
  api::ExportDescription out;
  out.ExportStatus = "IN_PROGRESS";
  out.StartTime = model::Timestamp{ctx.now_ms};
  out.TableArn = table.arn();
  out.TableId = table.description.TableId;
  out.ClientToken = in.ClientToken;
  out.S3Bucket = in.S3Bucket;
  out.S3BucketOwner = in.S3BucketOwner;
  out.S3Prefix = in.S3Prefix;
  out.S3SseAlgorithm = in.S3SseAlgorithm.value_or("AES256");
  out.S3SseKmsKeyId = in.S3SseKmsKeyId;
  out.ExportFormat = in.ExportFormat.value_or("DYNAMODB_JSON");
  out.ExportType = in.ExportType.value_or("FULL_EXPORT");
  out.FilterSpecification = in.FilterSpecification;
  if (out.ExportType == "FULL_EXPORT") {
    out.ExportTime = in.ExportTime.value_or(model::Timestamp{ctx.now_ms});
  }
  return out;
}

/// Where the manifest is comes out at the end.
api::ExportDescription shown(api::ExportDescription description) {
  if (description.ExportStatus == "IN_PROGRESS") description.ExportManifest.reset();
  return description;
}

/// The export that the token started within its lifetime, if any. Errors: ExportConflictException.
Result<std::optional<api::ExportDescription>> find_repeated(const Context& ctx,
                                                            const storage::Reader& reader,
                                                            const Table& table,
                                                            const std::optional<std::string>& token,
                                                            const std::string& request) {
  if (!token) return std::optional<api::ExportDescription>{};
  const auto prefix = keys::part_rows(table.account, table.region, 'e', table.name());
  for (const auto& row :
       reader.range(spaces::kDynamoDb, prefix, storage::prefix_end(prefix), {.reverse = true})
           .rows) {
    auto record = ExportRecord::decode(row.value);
    const auto& found = record.description;
    if (found.ClientToken != token || found.StartTime->ms + kTokenLifetimeMs < ctx.now_ms) continue;
    if (record.request != request) {
      return Error{"ExportConflictException",
                   "Export conflict: Duplicate request detected with conflicting parameters"};
    }
    return std::optional(shown(std::move(record.description)));
  }
  return std::optional<api::ExportDescription>{};
}

/// Writes what is exported into the spool.
void take_items(const storage::Reader& reader, const Table& table, const ExportRecord& record,
                const api::ExportTableToPointInTimeInput& in, storage::Spool& spool) {
  if (!record.incremental()) {
    const auto at_ms =
        in.ExportTime ? std::optional(in.ExportTime->ms) : std::optional<std::int64_t>{};
    write_snapshot(reader, table, at_ms, spool);
    return;
  }
  const auto& span = *record.description.IncrementalExportSpecification;
  visit_changes(reader, table, span.ExportFromTime->ms, span.ExportToTime->ms,
                [&](const ItemChange& change) {
                  FieldWriter frame;
                  frame.text(1, change.key_image);
                  if (change.old_image) frame.text(2, *change.old_image);
                  if (change.new_image) frame.text(3, *change.new_image);
                  frame.number(4, static_cast<std::uint64_t>(change.written_ms));
                  append_frame(spool, frame.take());
                });
}

std::string manifest_key(const api::ExportDescription& description, const std::string& id) {
  std::string out = description.S3Prefix.value_or("");
  if (!out.empty() && out.back() != '/') out += '/';
  return out + "AWSDynamoDB/" + id + "/manifest-summary.json";
}

}  // namespace

Result<api::ExportTableToPointInTimeOutput> export_table_to_point_in_time(
    Context& ctx, const api::ExportTableToPointInTimeInput& in) {
  Database& db = database(ctx);
  std::string request;
  codec::write_json(*api::op::ExportTableToPointInTime::info().input, &in, false, request);
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_exported(ctx, *in.TableArn));
    const Table& table = *ref.table;
    ExportRecord record;
    record.description = describe(ctx, table, in);
    CUMULITE_TRY(check_request(ctx, table, in, record.description));
    CUMULITE_TRY(ItemFilter::make(in.FilterSpecification, table));
    const PartArn arn = new_part_arn(table, "export", ctx.now_ms);
    record.description.ExportArn = arn.text();
    record.description.ExportManifest = manifest_key(record.description, arn.id);
    record.request = request;
    record.table = table.encode();
    api::ExportTableToPointInTimeOutput out;
    CUMULITE_ASSIGN(out.ExportDescription,
                    find_repeated(ctx, ctx.env.store, table, in.ClientToken, request));
    if (out.ExportDescription) return out;
    const auto view = view_table(db, ref);
    if (view == nullptr) continue;
    auto spool = ctx.env.blobs.make_spool();
    take_items(*view, table, record, in, *spool);
    ctx.env.blobs.prepare(*spool);
    const storage::Domains domains = {storage::Domain::exclusive_on(
        spaces::kDynamoDb, keys::part_rows(table.account, table.region, 'e', table.name()))};
    auto started =
        ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<api::ExportDescription> {
          // Another call with the token may have been faster.
          CUMULITE_ASSIGN(auto repeated, find_repeated(ctx, txn, table, in.ClientToken, request));
          if (repeated) return std::move(*repeated);
          record.items = ctx.env.blobs.adopt(txn, *spool);
          txn.put(spaces::kDynamoDb, arn.row('e'), record.encode());
          start_lasting_job(db, txn, {JobKind::kExport, table.account, table.region, arn.row('e')},
                            ctx.now_ms);
          return shown(record.description);
        });
    CUMULITE_ASSIGN(out.ExportDescription, std::move(started));
    return out;
  }
}

Result<api::DescribeExportOutput> describe_export(Context& ctx,
                                                  const api::DescribeExportInput& in) {
  if (in.ExportArn->find("/export/") == std::string::npos) {
    return errors::validation("Invalid Export ARN");
  }
  const auto arn = parse_part_arn(ctx, *in.ExportArn, "export");
  const auto row = arn ? ctx.env.store.get(spaces::kDynamoDb, arn->row('e')) : std::nullopt;
  if (!row) return export_missing(*in.ExportArn);
  api::DescribeExportOutput out;
  out.ExportDescription = shown(ExportRecord::decode(*row).description);
  return out;
}

Result<api::ListExportsOutput> list_exports(Context& ctx, const api::ListExportsInput& in) {
  ListAsked asked{'e', {}, kExportsPageDefault, in.NextToken};
  if (in.MaxResults) asked.limit = static_cast<std::size_t>(*in.MaxResults);
  std::optional<std::string> table_id;
  if (in.TableArn) {
    CUMULITE_ASSIGN(asked.table, table_name(ctx, *in.TableArn));
    const auto row = keys::table_row(ctx.caller.account_id, ctx.caller.region, asked.table);
    const auto table = database(ctx).catalog().find(row);
    // Exports of a table that is gone are described, but not listed, even by another of its name.
    table_id = table == nullptr ? std::string{} : table->description.TableId;
  }
  api::ListExportsOutput out;
  auto& summaries = out.ExportSummaries.emplace();
  CUMULITE_ASSIGN(out.NextToken, list_newest_first(ctx, asked, [&](std::string_view value) {
                    const auto description = ExportRecord::decode(value).description;
                    if (description.StartTime->ms + kListedMs < ctx.now_ms) return false;
                    if (table_id && description.TableId != table_id) return false;
                    auto& summary = summaries.emplace_back();
                    summary.ExportArn = description.ExportArn;
                    summary.ExportStatus = description.ExportStatus;
                    summary.ExportType = description.ExportType;
                    return true;
                  }));
  return out;
}

}  // namespace cumulite::dynamodb
