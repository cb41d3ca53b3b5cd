#include "emulator/services/dynamodb/export/export_job.h"

#include <xxhash.h>

#include <fmt/format.h>

#include "emulator/services/dynamodb/backup/snapshot.h"
#include "emulator/services/dynamodb/export/export_record.h"
#include "emulator/services/dynamodb/format/compression.h"
#include "emulator/services/dynamodb/format/ion.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/s3/object_access.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::dynamodb {
namespace {

using nlohmann::ordered_json;

// Of items before compression; then the next data file begins.
constexpr std::size_t kFileBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kPieceBytes = 256 * 1024;

std::string md5_of(const storage::Spool& spool) {
  const auto hasher = checksum::make_hasher(checksum::Algorithm::kMd5);
  std::string buffer(kPieceBytes, '\0');
  std::uint64_t at = 0;
  while (const std::size_t count = spool.read_at(at, buffer.data(), buffer.size())) {
    hasher->update({buffer.data(), count});
    at += count;
  }
  return codec::base64_encode(hasher->finish());
}

/// `{"a": 1}` of a description's time, or null.
ordered_json time_of(const std::optional<model::Timestamp>& time) {
  if (!time) return nullptr;
  std::string out;
  codec::append_iso8601(*time, true, out);
  return out;
}

ordered_json text_of(const std::optional<std::string>& text) {
  return text ? ordered_json(*text) : ordered_json(nullptr);
}

/// Writes the objects of one export.
class ExportWriter {
 public:
  ExportWriter(Environment& env, const Job& job, const ExportRecord& record)
      : env_(env),
        record_(record),
        description_(record.description),
        access_{job.account, job.region, *description_.S3Bucket, description_.S3BucketOwner} {
    const std::string& manifest = *description_.ExportManifest;
    folder_ = manifest.substr(0, manifest.rfind('/') + 1);
    // The data of increments stands in one folder beside those of the exports.
    data_folder_ = folder_ + "data/";
    if (record.incremental()) {
      data_folder_ = folder_.substr(0, folder_.rfind('/', folder_.size() - 2) + 1) + "data/";
    }
  }

  Result<void> start() { return put(folder_ + "_started", {}, "application/octet-stream"); }

  Result<void> add(std::string_view line) {
    if (!file_) open_file();
    file_->gzip.append(line);
    file_->bytes += line.size();
    ++file_->items;
    ++items_;
    return file_->bytes >= kFileBytesMax ? close_file() : Result<void>{};
  }

  /// An export has a data file, if only an empty one.
  Result<void> finish() {
    if (!file_ && files_ == 0) open_file();
    return file_ ? close_file() : Result<void>{};
  }

  Result<void> write_manifests(std::int64_t now_ms) {
    const std::string files_key = folder_ + "manifest-files.json";
    CUMULITE_TRY(put_with_checksum(files_key, manifest_));
    ordered_json summary = {{"version", record_.incremental() ? "2023-08-01" : "2020-06-30"},
                            {"exportArn", *description_.ExportArn},
                            {"startTime", time_of(description_.StartTime)},
                            {"endTime", time_of(model::Timestamp{now_ms})},
                            {"tableArn", *description_.TableArn},
                            {"tableId", *description_.TableId}};
    if (record_.incremental()) {
      const auto& span = *description_.IncrementalExportSpecification;
      summary["exportFromTime"] = time_of(span.ExportFromTime);
      summary["exportToTime"] = time_of(span.ExportToTime);
    } else {
      summary["exportTime"] = time_of(description_.ExportTime);
    }
    summary["s3Bucket"] = *description_.S3Bucket;
    summary["s3Prefix"] = text_of(description_.S3Prefix);
    summary["s3SseAlgorithm"] = text_of(description_.S3SseAlgorithm);
    summary["s3SseKmsKeyId"] = text_of(description_.S3SseKmsKeyId);
    summary["manifestFilesS3Key"] = files_key;
    summary["billedSizeBytes"] = 0;
    summary["itemCount"] = items_;
    summary["outputFormat"] = *description_.ExportFormat;
    if (record_.incremental()) {
      summary["outputView"] = *description_.IncrementalExportSpecification->ExportViewType;
    }
    summary["exportType"] = *description_.ExportType;
    return put_with_checksum(*description_.ExportManifest, summary.dump());
  }

  std::int64_t items() const { return items_; }

 private:
  struct File {
    explicit File(std::unique_ptr<storage::Spool> body) : spool(std::move(body)), gzip(*spool) {}

    std::unique_ptr<storage::Spool> spool;
    GzipWriter gzip;
    std::size_t bytes = 0;
    std::int64_t items = 0;
  };

  void open_file() { file_ = std::make_unique<File>(env_.blobs.make_spool()); }

  /// The same name if the job comes again, so that nothing is left behind of its first run.
  std::string file_name() const {
    const std::string seed = fmt::format("{}/{}", *description_.ExportArn, files_);
    const auto hash = XXH3_128bits(seed.data(), seed.size());
    return fmt::format("{:016x}{:010x}.{}.gz", hash.high64, hash.low64 >> 24,
                       description_.ExportFormat == "ION" ? "ion" : "json");
  }

  Result<void> close_file() {
    file_->gzip.finish();
    const std::string key = data_folder_ + file_name();
    const std::string md5 = md5_of(*file_->spool);
    CUMULITE_ASSIGN(const std::string etag,
                    s3::store_object(env_, access_, object(key, "application/x-gzip"),
                                     std::move(file_->spool)));
    ordered_json line = {
        {"itemCount", file_->items}, {"md5Checksum", md5}, {"etag", etag}, {"dataFileS3Key", key}};
    manifest_ += line.dump() + "\n";
    ++files_;
    file_.reset();
    return {};
  }

  s3::ObjectToStore object(const std::string& key, std::string type) const {
    s3::ObjectToStore out{key, std::move(type)};
    out.sse = description_.S3SseAlgorithm == "KMS" ? "aws:kms" : "AES256";
    out.kms_key_id = description_.S3SseKmsKeyId;
    return out;
  }

  Result<void> put(const std::string& key, std::string_view body, std::string type) {
    auto spool = env_.blobs.make_spool();
    spool->append(body);
    CUMULITE_TRY(s3::store_object(env_, access_, object(key, std::move(type)), std::move(spool)));
    return {};
  }

  /// "x.json", and "x.checksum" with its MD5.
  Result<void> put_with_checksum(const std::string& key, const std::string& body) {
    CUMULITE_TRY(put(key, body, "application/json"));
    const std::string md5 = codec::base64_encode(checksum::digest(checksum::Algorithm::kMd5, body));
    return put(key.substr(0, key.rfind('.')) + ".checksum", md5, "text/plain");
  }

  Environment& env_;
  const ExportRecord& record_;
  const api::ExportDescription& description_;
  s3::BucketAccess access_;
  std::string folder_;
  std::string data_folder_;
  std::unique_ptr<File> file_;
  std::string manifest_;
  std::size_t files_ = 0;
  std::int64_t items_ = 0;
};

std::string render_item(const Item& item, bool ion) {
  std::string out;
  if (ion) {
    out = "$ion_1_0 {Item:";
    append_ion(item, out);
  } else {
    out = "{\"Item\":" + to_json(item);
  }
  return out + "}\n";
}

/// A change as Kinesis and streams would show it, with the time of its last write.
std::string render_change(const ChangeFrame& change, const Item& key, bool old_images, bool ion) {
  const std::string micros = std::to_string(change.written_ms * 1000);
  std::string out;
  const auto append = [&](std::string_view name, const Item& item) {
    if (ion) {
      out += fmt::format(",{}:", name);
      append_ion(item, out);
    } else {
      out += fmt::format(",\"{}\":{}", name, to_json(item));
    }
  };
  out = ion ? fmt::format("$ion_1_0 {{Record:{{Metadata:{{WriteTimestampMicros:{}.}}", micros)
            : fmt::format(R"({{"Metadata":{{"WriteTimestampMicros":{{"N":"{}"}}}})", micros);
  append("Keys", key);
  if (old_images && change.old_image) append("OldImage", *change.old_image);
  if (change.new_image) append("NewImage", *change.new_image);
  return out + (ion ? "}}\n" : "}\n");
}

Result<void> write_changes(Database& db, const ExportRecord& record, const Table& table,
                           const ItemFilter* filter, ExportWriter& writer) {
  const bool ion = record.description.ExportFormat == "ION";
  const bool old_images =
      record.description.IncrementalExportSpecification->ExportViewType == "NEW_AND_OLD_IMAGES";
  SnapshotReader reader(db.env().blobs, record.items);
  while (const auto frame = reader.next()) {
    ChangeFrame change = decode_change(*frame);
    const Item key = key_of(table, change.key_image);
    if (filter != nullptr) {
      if (!filter->matches(change.new_image ? *change.new_image : change.key_image)) continue;
      if (change.new_image) change.new_image = filter->project(std::move(*change.new_image));
      if (change.old_image) change.old_image = filter->project(std::move(*change.old_image));
    }
    CUMULITE_TRY(writer.add(render_change(change, key, old_images, ion)));
  }
  return {};
}

Result<void> write_items(Database& db, const ExportRecord& record, const ItemFilter* filter,
                         ExportWriter& writer) {
  const bool ion = record.description.ExportFormat == "ION";
  SnapshotReader reader(db.env().blobs, record.items);
  while (const auto frame = reader.next()) {
    Item item = decode_item(*frame);
    if (filter != nullptr) {
      if (!filter->matches(item)) continue;
      item = filter->project(std::move(item));
    }
    CUMULITE_TRY(writer.add(render_item(item, ion)));
  }
  return {};
}

Result<void> write_export(Database& db, const ExportRecord& record, const Table& table,
                          ExportWriter& writer) {
  CUMULITE_ASSIGN(const auto filter,
                  ItemFilter::make(record.description.FilterSpecification, table));
  CUMULITE_TRY(writer.start());
  CUMULITE_TRY(record.incremental() ? write_changes(db, record, table, filter.get(), writer)
                                    : write_items(db, record, filter.get(), writer));
  CUMULITE_TRY(writer.finish());
  return writer.write_manifests(db.env().clock.now_ms(table.account));
}

}  // namespace

void run_export(Database& db, const Job& job) {
  const auto row = db.env().store.get(spaces::kDynamoDb, job.subject);
  if (!row) return;
  ExportRecord record = ExportRecord::decode(*row);
  if (record.description.ExportStatus != "IN_PROGRESS") return;
  const auto table = Table::decode(job.account, job.region, record.table);
  ExportWriter writer(db.env(), job, record);
  const auto written = write_export(db, record, *table, writer);
  auto& description = record.description;
  description.EndTime = model::Timestamp{db.env().clock.now_ms(job.account)};
  description.BilledSizeBytes = static_cast<std::int64_t>(record.items.size_bytes);
  description.ItemCount = writer.items();
  description.ExportStatus = written.ok() ? "COMPLETED" : "FAILED";
  if (!written.ok()) {
    description.FailureCode = "S3" + written.error().code;
    description.FailureMessage = written.error().message;
  }
  const auto domain = storage::Domain::exclusive_on(spaces::kDynamoDb, job.subject);
  db.env().store.transact({domain}, [&](storage::Txn& txn) {
    if (record.items.id != 0) db.env().blobs.release(txn, record.items);
    record.items = {};
    txn.put(spaces::kDynamoDb, job.subject, record.encode());
  });
}

}  // namespace cumulite::dynamodb
