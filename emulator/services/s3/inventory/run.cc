#include "emulator/services/s3/inventory/run.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/gzip.h"
#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/services/s3/access/delivery.h"
#include "emulator/services/s3/bucket/repeated_work.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/inventory/report.h"
#include "emulator/services/s3/object_access.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/timestamp.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

/// One o'clock.
constexpr std::int64_t kReportTimeMs = kHourMs;
/// Lines are compressed in pieces, each a member of the file, so that a report of any length takes
/// little memory.
constexpr std::size_t kLinesBytes = 256 * 1024;

std::optional<api::InventoryConfiguration> enabled_inventory(const storage::Reader& reader,
                                                             const BucketRecord& bucket,
                                                             const std::string& id) {
  auto found = read_configuration<api::InventoryConfiguration>(reader, bucket,
                                                               Configuration::kInventory, id);
  if (!found || !found->IsEnabled.value_or(false)) return std::nullopt;
  return found;
}

/// Delivers the files of one report.
class Report {
 public:
  Report(Environment& env, const BucketRecord& bucket, const api::InventoryConfiguration& inventory,
         std::int64_t now_ms)
      : env_(env), bucket_(bucket), inventory_(inventory), now_ms_(now_ms) {
    const auto& destination = *inventory.Destination->S3BucketDestination;
    const std::string prefix = destination.Prefix.value_or("");
    folder_ = fmt::format("{}{}{}/{}/", prefix, prefix.empty() || prefix.ends_with('/') ? "" : "/",
                          bucket.name, *inventory.Id);
    target_ = {bucket.owner_account, bucket.region, destination.Bucket->substr(kBucketArn.size()),
               destination.AccountId};
  }

  /// Errors: those of PutObject; AccessDenied where the target does not let S3 in.
  Result<void> deliver() {
    if (!takes_delivery(env_, bucket_, target_.bucket, kS3Principal, folder_ + "data/")) {
      return errors::access_denied();
    }
    InventoryFile file;
    file.key = folder_ + "data/" + uuid() + ".csv.gz";
    CUMULITE_TRY(store_lines(file));
    // "2026-11-21T01-00Z"
    std::string time;
    codec::append_iso8601(model::Timestamp{now_ms_}, false, time);
    const std::string hour = time.substr(11, 2) + "-" + time.substr(14, 2);
    const std::string stamped = folder_ + time.substr(0, 10) + "T" + hour + "Z/";
    const std::string target = "s3://" + target_.bucket + "/" + file.key + "\n";
    CUMULITE_TRY(store(folder_ + "hive/dt=" + time.substr(0, 10) + "-" + hour + "/symlink.txt",
                       "text/plain", target));
    const std::string manifest = inventory_manifest(inventory_, bucket_, now_ms_, file);
    CUMULITE_TRY(store(stamped + "manifest.json", "application/json", manifest));
    // Last, as its event tells that the report is whole.
    const std::string md5 = checksum::digest(checksum::Algorithm::kMd5, manifest);
    return store(stamped + "manifest.checksum", "text/plain", checksum::hex(md5));
  }

 private:
  static std::string uuid() {
    const std::string hex = ids::random_hex(32);
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20));
  }

  Result<void> store_lines(InventoryFile& file) {
    const std::string prefix =
        inventory_.Filter ? inventory_.Filter->Prefix.value_or("") : std::string();
    const auto columns = inventory_columns(inventory_);
    auto body = env_.blobs.make_spool();
    const auto md5 = checksum::make_hasher(checksum::Algorithm::kMd5);
    const auto flush = [&](std::string& lines) {
      const std::string piece = compress(lines, Encoding::kGzip);
      body->append(piece);
      md5->update(piece);
      lines.clear();
    };
    VersionWalk walk(env_.store, bucket_, prefix);
    std::string lines;
    while (const auto version = walk.next()) {
      if (!is_listed(inventory_, *version)) continue;
      append_inventory_line(columns, bucket_, *version, lines);
      if (lines.size() >= kLinesBytes) flush(lines);
    }
    if (!lines.empty() || body->size_bytes() == 0) flush(lines);
    file.size_bytes = body->size_bytes();
    file.md5 = checksum::hex(md5->finish());
    return store(file.key, "application/octet-stream", std::move(body));
  }

  Result<void> store(const std::string& key, const std::string& content_type,
                     std::string_view text) {
    auto body = env_.blobs.make_spool();
    body->append(text);
    return store(key, content_type, std::move(body));
  }

  Result<void> store(const std::string& key, const std::string& content_type,
                     std::unique_ptr<storage::Spool> body) {
    ObjectToStore object;
    object.key = key;
    object.content_type = content_type;
    if (const auto& encryption = inventory_.Destination->S3BucketDestination->Encryption) {
      object.sse = encryption->SSEKMS ? "aws:kms" : "AES256";
      if (encryption->SSEKMS) object.kms_key_id = encryption->SSEKMS->KeyId;
    }
    CUMULITE_TRY(store_object(env_, target_, object, std::move(body)));
    return {};
  }

  Environment& env_;
  const BucketRecord& bucket_;
  const api::InventoryConfiguration& inventory_;
  std::int64_t now_ms_;
  std::string folder_;
  BucketAccess target_;
};

void deliver_report(Environment& env, const WorkSubject& subject, std::int64_t now_ms) {
  const auto inventory = enabled_inventory(env.store, subject.bucket, subject.id);
  if (!inventory) return;
  const auto format = inventory->Destination->S3BucketDestination->Format.value_or("CSV");
  const auto delivered =
      format == "CSV" ? Report(env, subject.bucket, *inventory, now_ms).deliver()
                      : Result<void>(Error{"NotImplemented", format + " is not written", 501});
  if (!delivered.ok()) {
    log::warning("the inventory {} of bucket {} was not delivered: {}", subject.id,
                 subject.bucket.name, delivered.error().message);
  }
}

/// One o'clock of the next day, or of the next Sunday.
std::optional<std::int64_t> next_report_ms(const storage::Reader& reader,
                                           const WorkSubject& subject, std::int64_t now_ms) {
  const auto inventory = enabled_inventory(reader, subject.bucket, subject.id);
  if (!inventory) return std::nullopt;
  std::int64_t day_ms = next_midnight(now_ms);
  const auto& schedule = inventory->Schedule;
  if (schedule && schedule->Frequency.value_or("") == "Weekly") {
    // The first day of the epoch was a Thursday.
    day_ms += (7 - (day_ms / kDayMs + 4) % 7) % 7 * kDayMs;
  }
  return day_ms + kReportTimeMs;
}

}  // namespace

void schedule_inventory(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                        const api::InventoryConfiguration& inventory, std::int64_t now_ms) {
  if (!inventory.IsEnabled.value_or(false)) return;
  schedule_work(txn, env, kInventoryKind, {bucket, *inventory.Id},
                next_midnight(now_ms) + kReportTimeMs);
}

void run_inventory(Environment& env, const DueRow& row, std::int64_t now_ms) {
  run_work(env, {kInventoryKind, &deliver_report, &next_report_ms}, row, now_ms);
}

}  // namespace cumulite::s3
