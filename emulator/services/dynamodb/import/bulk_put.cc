#include <fmt/format.h>

#include "emulator/services/dynamodb/import/import_job.h"
#include "emulator/services/dynamodb/import/import_operations.h"
#include "emulator/services/dynamodb/import/import_record.h"
#include "emulator/services/dynamodb/import/object_items.h"
#include "emulator/services/dynamodb/job/load_items.h"
#include "emulator/services/dynamodb/paging.h"
#include "emulator/services/dynamodb/part_arn.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kWhat = "bulk-operation";
constexpr std::size_t kPageDefault = 10;
// The listing has the newest of all tables first, so the rows stand under one name.
constexpr std::string_view kAllTables = "*";

std::string row_of(const PartArn& arn) {
  return keys::part_row(arn.account, arn.region, 'u', kAllTables, arn.id);
}

Error bulk_missing(std::string_view arn) {
  return errors::not_found(
      fmt::format("Requested resource not found: Bulk operation: {} not found", arn));
}

/// The row of an ARN, if there is one.
std::optional<std::string> find_row(const Context& ctx, const std::string& text) {
  const auto arn = parse_part_arn(ctx, text, kWhat);
  if (!arn || !ctx.env.store.get(spaces::kDynamoDb, row_of(*arn))) return std::nullopt;
  return row_of(*arn);
}

api::BulkOperationDescription describe(const Context& ctx, const Table& table,
                                       const api::StartBulkPutItemsInput& in) {
  api::BulkOperationDescription out;
  out.BulkOperationStatus = "IN_PROGRESS";
  auto& target = out.TableDetails.emplace().emplace_back();
  target.TableName = table.name();
  target.TableId = table.description.TableId;
  out.ClientToken = in.ClientToken;
  out.InputS3Configuration = in.InputS3Configuration;
  out.OutputS3Configuration = in.OutputS3Configuration;
  out.StartTime = model::Timestamp{ctx.now_ms};
  out.ProcessedItemCount = 0;
  out.ProcessedInputBytes = 0;
  out.FailedItemCount = 0;
  out.MaxWriteRequestUnits = in.MaxWriteRequestUnits;
  out.PerformanceTier = in.PerformanceTier.value_or("STANDARD");
  return out;
}

/// The operation that the token started within its lifetime. Errors:
/// IdempotentParameterMismatchException.
Result<std::optional<api::BulkOperationDescription>> find_repeated(
    const Context& ctx, const storage::Reader& reader, const std::optional<std::string>& token,
    const std::string& request) {
  const auto prefix = keys::part_rows(ctx.caller.account_id, ctx.caller.region, 'u', kAllTables);
  const auto page =
      reader.range(spaces::kDynamoDb, prefix, storage::prefix_end(prefix), {.reverse = true});
  for (const auto& row : page.rows) {
    auto record = BulkRecord::decode(row.value);
    if (!token || record.description.ClientToken != token) continue;
    if (record.description.StartTime->ms + kTransferTokenMs < ctx.now_ms) continue;
    if (record.request != request) {
      return Error{"IdempotentParameterMismatchException",
                   "The provided idempotent token is used by another request with different "
                   "parameters"};
    }
    return std::optional(std::move(record.description));
  }
  return std::optional<api::BulkOperationDescription>{};
}

ObjectsToRead objects_of(const Job& job, const api::InputS3Configuration& input) {
  ObjectsToRead out;
  out.access = {job.account, job.region, *input.S3Bucket, input.S3BucketOwner};
  out.prefix = input.S3KeyPrefix.value_or("");
  out.compression = input.InputCompressionType.value_or("NONE");
  out.format.name = *input.InputFormat;
  return out;
}

/// Lines of JSON, a bad record each, stored when the operation ends.
class ErrorReport {
 public:
  ErrorReport(Environment& env, const api::BulkOperationDescription& description)
      : env_(env), output_(*description.OutputS3Configuration) {
    for (const auto& type : *output_.OutputType) wanted_ = wanted_ || type == "ERROR";
  }

  void add(const BadRecord& record) {
    if (!wanted_) return;
    if (spool_ == nullptr) spool_ = env_.blobs.make_spool();
    std::string line = "{\"S3Key\":";
    codec::append_json_string(record.object, line);
    line += ",\"ErrorMessage\":";
    codec::append_json_string(record.reason, line);
    if (record.item) line += ",\"Item\":" + to_json(*record.item);
    spool_->append(line + "}\n");
  }

  Result<void> store(const Job& job, const std::string& id) {
    if (spool_ == nullptr) return {};
    std::string folder = output_.S3KeyPrefix.value_or("");
    if (!folder.empty() && folder.back() != '/') folder += '/';
    s3::ObjectToStore object{folder + "AWSDynamoDB/" + id + "/errors.json", "application/json"};
    if (output_.S3SseAlgorithm) {
      object.sse = output_.S3SseAlgorithm == "KMS" ? "aws:kms" : "AES256";
      object.kms_key_id = output_.S3SseKmsKeyId;
    }
    CUMULITE_TRY(
        s3::store_object(env_, {job.account, job.region, *output_.S3Bucket, output_.S3BucketOwner},
                         object, std::move(spool_)));
    return {};
  }

 private:
  Environment& env_;
  const api::OutputS3Configuration& output_;
  bool wanted_ = false;
  std::unique_ptr<storage::Spool> spool_;
};

bool is_cancelled(Database& db, const std::string& row) {
  const auto value = db.env().store.get(spaces::kDynamoDb, row);
  return !value || BulkRecord::decode(*value).description.BulkOperationStatus == "CANCELLING";
}

void fill_in(api::BulkOperationDescription& description, const ReadTotals& totals,
             const std::optional<Error>& failure, bool cancelled) {
  description.ProcessedItemCount = totals.processed;
  description.ProcessedInputBytes = totals.bytes;
  description.TotalInputBytes = totals.bytes;
  description.FailedItemCount = totals.errors;
  if (failure) {
    description.BulkOperationStatus = "FAILED";
    description.FailureCode = "S3" + failure->code;
    description.FailureMessage = failure->message;
  } else if (cancelled) {
    description.BulkOperationStatus = "CANCELLED";
    description.FailureCode = "Cancelled";
    description.FailureMessage = "The bulk operation was cancelled by a request";
  } else {
    description.BulkOperationStatus = totals.errors > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED";
  }
}

}  // namespace

Result<api::StartBulkPutItemsOutput> start_bulk_put_items(Context& ctx,
                                                          const api::StartBulkPutItemsInput& in) {
  const auto& output = *in.OutputS3Configuration;
  if (output.S3SseKmsKeyId && output.S3SseAlgorithm != "KMS") {
    return errors::validation("S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS");
  }
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, *in.TableName));
  if (!ref.table->serves()) return not_active(*ref.table);
  Database& db = database(ctx);
  BulkRecord record;
  record.description = describe(ctx, *ref.table, in);
  codec::write_json(*api::op::StartBulkPutItems::info().input, &in, false, record.request);
  const PartArn arn = new_part_arn(*ref.table, kWhat, ctx.now_ms);
  record.description.BulkOperationArn = arn.text();
  const auto domain = storage::Domain::exclusive_on(
      spaces::kDynamoDb, keys::part_rows(arn.account, arn.region, 'u', kAllTables));
  api::StartBulkPutItemsOutput out;
  CUMULITE_ASSIGN(
      out.BulkOperationDescription,
      ctx.env.store.transact(
          {domain}, [&](storage::Txn& txn) -> Result<api::BulkOperationDescription> {
            CUMULITE_ASSIGN(auto repeated, find_repeated(ctx, txn, in.ClientToken, record.request));
            if (repeated) return std::move(*repeated);
            txn.put(spaces::kDynamoDb, row_of(arn), record.encode());
            start_lasting_job(db, txn, {JobKind::kBulkPut, arn.account, arn.region, row_of(arn)},
                              ctx.now_ms);
            return record.description;
          }));
  return out;
}

Result<api::DescribeBulkOperationOutput> describe_bulk_operation(
    Context& ctx, const api::DescribeBulkOperationInput& in) {
  const auto row = find_row(ctx, *in.BulkOperationArn);
  const auto value = row ? ctx.env.store.get(spaces::kDynamoDb, *row) : std::nullopt;
  if (!value) return bulk_missing(*in.BulkOperationArn);
  api::DescribeBulkOperationOutput out;
  out.BulkOperationDescription = BulkRecord::decode(*value).description;
  return out;
}

Result<api::CancelBulkOperationOutput> cancel_bulk_operation(
    Context& ctx, const api::CancelBulkOperationInput& in) {
  const auto row = find_row(ctx, *in.BulkOperationArn);
  if (!row) return bulk_missing(*in.BulkOperationArn);
  const auto domain = storage::Domain::exclusive_on(spaces::kDynamoDb, *row);
  return ctx.env.store.transact(
      {domain}, [&](storage::Txn& txn) -> Result<api::CancelBulkOperationOutput> {
        BulkRecord record = BulkRecord::decode(txn.get(spaces::kDynamoDb, *row).value_or(""));
        const std::string status = record.description.BulkOperationStatus.value_or("");
        if (status != "IN_PROGRESS" && status != "CANCELLING") {
          return errors::validation("The bulk operation is not in progress: its status is " +
                                    status);
        }
        record.description.BulkOperationStatus = "CANCELLING";
        txn.put(spaces::kDynamoDb, *row, record.encode());
        api::CancelBulkOperationOutput out;
        out.BulkOperationArn = in.BulkOperationArn;
        out.BulkOperationStatus = "CANCELLING";
        return out;
      });
}

Result<api::ListBulkOperationsOutput> list_bulk_operations(Context& ctx,
                                                           const api::ListBulkOperationsInput& in) {
  ListAsked asked{'u', std::string(kAllTables), kPageDefault, in.NextToken};
  if (in.MaxResults) asked.limit = static_cast<std::size_t>(*in.MaxResults);
  api::ListBulkOperationsOutput out;
  auto& summaries = out.BulkOperationsSummaryList.emplace();
  CUMULITE_ASSIGN(out.NextToken, list_newest_first(ctx, asked, [&](std::string_view value) {
                    const auto description = BulkRecord::decode(value).description;
                    if (description.StartTime->ms + kTransferListedMs < ctx.now_ms) return false;
                    auto& summary = summaries.emplace_back();
                    summary.BulkOperationArn = description.BulkOperationArn;
                    summary.BulkOperationStatus = description.BulkOperationStatus;
                    summary.StartTime = description.StartTime;
                    summary.EndTime = description.EndTime;
                    return true;
                  }));
  return out;
}

void run_bulk_put(Database& db, const Job& job) {
  const auto value = db.env().store.get(spaces::kDynamoDb, job.subject);
  if (!value) return;
  BulkRecord record = BulkRecord::decode(*value);
  auto& description = record.description;
  if (description.EndTime) return;
  const std::string table_row =
      keys::table_row(job.account, job.region, *description.TableDetails->front().TableName);
  const TablePtr table = db.catalog().find(table_row);
  ErrorReport report(db.env(), description);
  ReadTotals totals;
  std::optional<Error> failure;
  bool cancelled = false;
  if (table == nullptr || table->description.TableId != description.TableDetails->front().TableId) {
    failure = Error{"TableNotFound", "The table was deleted"};
  } else {
    ObjectItems items(db.env(), objects_of(job, *description.InputS3Configuration), *table,
                      [&](const BadRecord& bad) { report.add(bad); });
    load_items(db, table_row, [&]() -> std::optional<Item> {
      cancelled = is_cancelled(db, job.subject);
      return cancelled ? std::nullopt : items.next();
    });
    totals = items.totals();
    failure = items.failure();
  }
  const std::string id =
      description.BulkOperationArn->substr(description.BulkOperationArn->rfind('/') + 1);
  if (auto stored = report.store(job, id); !stored.ok() && !failure) {
    failure = std::move(stored).error();
  }
  fill_in(description, totals, failure, cancelled);
  description.EndTime = model::Timestamp{db.env().clock.now_ms(job.account)};
  const auto domain = storage::Domain::exclusive_on(spaces::kDynamoDb, job.subject);
  db.env().store.transact({domain}, [&](storage::Txn& txn) {
    txn.put(spaces::kDynamoDb, job.subject, record.encode());
  });
}

}  // namespace cumulite::dynamodb
