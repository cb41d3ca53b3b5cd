#include "emulator/services/dynamodb/import/import_operations.h"
#include "emulator/services/dynamodb/import/import_record.h"
#include "emulator/services/dynamodb/job/jobs.h"
#include "emulator/services/dynamodb/paging.h"
#include "emulator/services/dynamodb/part_arn.h"
#include "emulator/services/dynamodb/table/schema_check.h"
#include "emulator/services/dynamodb/table/table_change.h"
#include "emulator/services/dynamodb/vector/search_vectors.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kImportsPageDefault = 10;

api::CreateTableInput creation_of(const api::TableCreationParameters& parameters) {
  api::CreateTableInput out;
  out.TableName = parameters.TableName;
  out.AttributeDefinitions = parameters.AttributeDefinitions;
  out.KeySchema = parameters.KeySchema;
  out.BillingMode = parameters.BillingMode;
  out.ProvisionedThroughput = parameters.ProvisionedThroughput;
  out.OnDemandThroughput = parameters.OnDemandThroughput;
  out.SSESpecification = parameters.SSESpecification;
  out.GlobalSecondaryIndexes = parameters.GlobalSecondaryIndexes;
  return out;
}

Result<void> check_request(const api::ImportTableInput& in) {
  CUMULITE_TRY(check_no_vector_indexes(in.TableCreationParameters->VectorIndexes));
  if (in.InputFormatOptions && in.InputFormatOptions->Csv && in.InputFormat != "CSV") {
    return errors::validation(
        "Invalid Request: Unsupported InputFormatOptions for the given input format: " +
        *in.InputFormat + ".");
  }
  return {};
}

api::ImportTableDescription describe(const Context& ctx, const Table& table,
                                     const api::ImportTableInput& in) {
  api::ImportTableDescription out;
  out.ImportStatus = "IN_PROGRESS";
  out.TableArn = table.arn();
  out.TableId = table.description.TableId;
  out.ClientToken = in.ClientToken;
  out.S3BucketSource = in.S3BucketSource;
  // Only the bucket of another account needs its owner named.
  if (!out.S3BucketSource->S3BucketOwner) {
    out.S3BucketSource->S3BucketOwner = ctx.caller.account_id;
  }
  out.ErrorCount = 0;
  out.CloudWatchLogGroupArn = ctx.arn("logs", "log-group:/aws-dynamodb/imports:*");
  out.InputFormat = in.InputFormat;
  out.InputFormatOptions = in.InputFormatOptions;
  out.InputCompressionType = in.InputCompressionType.value_or("NONE");
  out.TableCreationParameters = in.TableCreationParameters;
  out.StartTime = model::Timestamp{ctx.now_ms};
  out.ProcessedSizeBytes = 0;
  out.ProcessedItemCount = 0;
  out.ImportedItemCount = 0;
  return out;
}

/// The import that the token started within its lifetime. Errors: ImportConflictException.
Result<std::optional<api::ImportTableDescription>> find_repeated(
    const Context& ctx, const storage::Reader& reader, const Table& table,
    const std::optional<std::string>& token, const std::string& request) {
  const auto prefix = keys::part_rows(table.account, table.region, 'm', table.name());
  const auto page =
      reader.range(spaces::kDynamoDb, prefix, storage::prefix_end(prefix), {.reverse = true});
  for (const auto& row : page.rows) {
    auto record = ImportRecord::decode(row.value);
    const auto& found = record.description;
    if (!token || found.ClientToken != token) continue;
    if (found.StartTime->ms + kTransferTokenMs < ctx.now_ms) continue;
    if (record.request != request) {
      return Error{"ImportConflictException",
                   "Import conflict: Duplicate request detected with conflicting parameters"};
    }
    return std::optional(std::move(record.description));
  }
  return std::optional<api::ImportTableDescription>{};
}

}  // namespace

Result<api::ImportTableOutput> import_table(Context& ctx, const api::ImportTableInput& in) {
  CUMULITE_TRY(check_request(in));
  const auto creation = creation_of(*in.TableCreationParameters);
  CUMULITE_ASSIGN(const std::string name, table_name(ctx, *creation.TableName));
  CUMULITE_TRY(check_schema(creation));
  Database& db = database(ctx);
  const auto table = make_table(ctx, creation, name);
  table->description.TableStatus = std::string(kCreating);
  table->compile();
  ImportRecord record;
  record.description = describe(ctx, *table, in);
  codec::write_json(*api::op::ImportTable::info().input, &in, false, record.request);
  const PartArn arn = new_part_arn(*table, "import", ctx.now_ms);
  record.description.ImportArn = arn.text();
  const auto row = keys::table_row(table->account, table->region, name);
  auto domains = table_domains(*table);
  domains.push_back(storage::Domain::exclusive_on(
      spaces::kDynamoDb, keys::part_rows(table->account, table->region, 'm', name)));
  api::ImportTableOutput out;
  CUMULITE_ASSIGN(
      out.ImportTableDescription,
      ctx.env.store.transact(
          domains, [&](storage::Txn& txn) -> Result<api::ImportTableDescription> {
            CUMULITE_ASSIGN(auto repeated,
                            find_repeated(ctx, txn, *table, in.ClientToken, record.request));
            if (repeated) return std::move(*repeated);
            if (db.catalog().find(row) != nullptr) return errors::table_in_use(name);
            save_table(db, txn, table);
            txn.put(spaces::kDynamoDb, arn.row('m'), record.encode());
            start_lasting_job(db, txn,
                              {JobKind::kImport, table->account, table->region, arn.row('m')},
                              ctx.now_ms);
            return record.description;
          }));
  return out;
}

Result<api::DescribeImportOutput> describe_import(Context& ctx,
                                                  const api::DescribeImportInput& in) {
  if (in.ImportArn->find("/import/") == std::string::npos) {
    return errors::validation("Invalid Import ARN");
  }
  const auto arn = parse_part_arn(ctx, *in.ImportArn, "import");
  const auto row = arn ? ctx.env.store.get(spaces::kDynamoDb, arn->row('m')) : std::nullopt;
  if (!row) return Error{"ImportNotFoundException", "Import not found: " + *in.ImportArn};
  api::DescribeImportOutput out;
  out.ImportTableDescription = ImportRecord::decode(*row).description;
  return out;
}

Result<api::ListImportsOutput> list_imports(Context& ctx, const api::ListImportsInput& in) {
  ListAsked asked{'m', {}, kImportsPageDefault, in.NextToken};
  if (in.PageSize) asked.limit = static_cast<std::size_t>(*in.PageSize);
  if (in.TableArn) {
    CUMULITE_ASSIGN(asked.table, table_name(ctx, *in.TableArn));
  }
  api::ListImportsOutput out;
  auto& summaries = out.ImportSummaryList.emplace();
  CUMULITE_ASSIGN(out.NextToken, list_newest_first(ctx, asked, [&](std::string_view value) {
                    const auto description = ImportRecord::decode(value).description;
                    if (description.StartTime->ms + kTransferListedMs < ctx.now_ms) return false;
                    auto& summary = summaries.emplace_back();
                    summary.ImportArn = description.ImportArn;
                    summary.ImportStatus = description.ImportStatus;
                    summary.TableArn = description.TableArn;
                    summary.S3BucketSource = description.S3BucketSource;
                    summary.CloudWatchLogGroupArn = description.CloudWatchLogGroupArn;
                    summary.InputFormat = description.InputFormat;
                    summary.StartTime = description.StartTime;
                    summary.EndTime = description.EndTime;
                    return true;
                  }));
  return out;
}

}  // namespace cumulite::dynamodb
