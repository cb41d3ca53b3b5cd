#include "emulator/services/dynamodb/import/import_job.h"

#include "emulator/services/dynamodb/import/import_record.h"
#include "emulator/services/dynamodb/import/object_items.h"
#include "emulator/services/dynamodb/job/load_items.h"
#include "emulator/services/dynamodb/table/erase_table.h"

namespace cumulite::dynamodb {
namespace {

ObjectsToRead objects_of(const Job& job, const api::ImportTableDescription& description) {
  const auto& source = *description.S3BucketSource;
  ObjectsToRead out;
  out.access = {job.account, job.region, *source.S3Bucket, source.S3BucketOwner};
  out.prefix = source.S3KeyPrefix.value_or("");
  out.compression = description.InputCompressionType.value_or("NONE");
  out.format.name = *description.InputFormat;
  if (description.InputFormatOptions && description.InputFormatOptions->Csv) {
    const auto& csv = *description.InputFormatOptions->Csv;
    if (csv.Delimiter && !csv.Delimiter->empty()) out.format.delimiter = csv.Delimiter->front();
    out.format.headers = csv.HeaderList.value_or(std::vector<std::string>{});
  }
  return out;
}

std::string table_of(const Job& job, const api::ImportTableDescription& description) {
  return keys::table_row(job.account, job.region, *description.TableCreationParameters->TableName);
}

void fill_in(api::ImportTableDescription& description, const ObjectItems& items,
             std::int64_t imported) {
  const auto& totals = items.totals();
  description.ErrorCount = totals.errors;
  description.ProcessedItemCount = totals.processed;
  description.ProcessedSizeBytes = totals.bytes;
  description.ImportedItemCount = imported;
  description.ImportStatus = "COMPLETED";
  if (items.failure()) {
    description.ImportStatus = "FAILED";
    description.FailureCode = "S3" + items.failure()->code;
    description.FailureMessage = items.failure()->message;
  } else if (totals.errors > 0) {
    description.ImportStatus = "FAILED";
    description.FailureCode = "ItemValidationError";
    description.FailureMessage =
        "Some of the items failed validation checks and were not imported. Please check CloudWatch "
        "error logs for more details.";
  }
}

/// Stores how the import ended. A table that nothing came to, because its bucket refused, goes in
/// the same transaction: otherwise it is there, with what was good.
void finish_import(Database& db, const Job& job, const ImportRecord& record,
                   const Table* unwanted) {
  storage::Domains domains;
  if (unwanted != nullptr) domains = erase_domains(*unwanted);
  domains.push_back(storage::Domain::exclusive_on(spaces::kDynamoDb, job.subject));
  db.env().store.transact(domains, [&](storage::Txn& txn) {
    if (unwanted != nullptr) erase_table(db, txn, *unwanted, db.env().clock.now_ms(job.account));
    txn.put(spaces::kDynamoDb, job.subject, record.encode());
  });
}

}  // namespace

void run_import(Database& db, const Job& job) {
  const auto row = db.env().store.get(spaces::kDynamoDb, job.subject);
  if (!row) return;
  ImportRecord record = ImportRecord::decode(*row);
  const std::string table_row = table_of(job, record.description);
  const TablePtr table = db.catalog().find(table_row);
  if (record.description.ImportStatus != "IN_PROGRESS" || table == nullptr) return;
  ObjectItems items(db.env(), objects_of(job, record.description), *table);
  std::int64_t imported = 0;
  load_items(db, table_row, [&]() -> std::optional<Item> {
    auto item = items.next();
    if (item) ++imported;
    return item;
  });
  const bool refused = items.failure() && items.totals().processed == 0;
  if (!refused) finish_filling(db, table_row);
  fill_in(record.description, items, imported);
  record.description.EndTime = model::Timestamp{db.env().clock.now_ms(job.account)};
  finish_import(db, job, record, refused ? table.get() : nullptr);
}

}  // namespace cumulite::dynamodb
