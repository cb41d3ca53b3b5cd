#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/records/object_record.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

bool has_rows(const storage::Reader& reader, std::string_view bucket, keys::Type type) {
  const std::string prefix = keys::rows(bucket, type);
  return !reader.range(spaces::kS3Objects, prefix, storage::prefix_end(prefix), {.limit = 1})
              .rows.empty();
}

/// Uploads in progress do not keep a bucket: they go with it, part by part.
void drop_uploads(storage::Txn& txn, Environment& env, std::string_view bucket) {
  const std::string parts = keys::rows(bucket, keys::Type::kUploadPart);
  const std::string parts_end = storage::prefix_end(parts);
  std::string from = parts;
  for (bool more = true; more;) {
    const auto page = txn.range(spaces::kS3Objects, from, parts_end);
    for (const auto& row : page.rows) {
      const PartRecord part = PartRecord::decode(row.value);
      if (part.blob.id != 0) env.blobs.release(txn, part.blob);
      from = row.key + '\0';
    }
    more = page.more;
  }
  txn.del_range(spaces::kS3Objects, parts, parts_end);
  const std::string uploads = keys::rows(bucket, keys::Type::kUpload);
  txn.del_range(spaces::kS3Objects, uploads, storage::prefix_end(uploads));
}

}  // namespace

Result<model::Unit> delete_bucket(Context& ctx, const api::DeleteBucketRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  const storage::Domains domains = {
      storage::Domain::exclusive_on(spaces::kS3, keys::bucket(bucket.name)),
      storage::Domain::exclusive_on(spaces::kS3,
                                    keys::account_bucket(bucket.owner_account, bucket.name)),
      storage::Domain::exclusive_on(spaces::kS3Objects,
                                    keys::rows(bucket.name, keys::Type::kUpload)),
      storage::Domain::exclusive_on(spaces::kS3Objects,
                                    keys::rows(bucket.name, keys::Type::kUploadPart))};
  CUMULITE_TRY(ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    if (!find_bucket(txn, bucket.name)) return errors::no_such_bucket(bucket.name);
    if (has_rows(txn, bucket.name, keys::Type::kCurrent)) {
      return errors::bucket_not_empty(bucket.name);
    }
    if (has_rows(txn, bucket.name, keys::Type::kVersion)) {
      return Error{"BucketNotEmpty",
                   "The bucket you tried to delete is not empty. You must delete all versions in "
                   "the bucket.",
                   409}
          .with("BucketName", bucket.name);
    }
    drop_uploads(txn, ctx.env, bucket.name);
    const std::string rows = keys::bucket(bucket.name);
    txn.del_range(spaces::kS3, rows, storage::prefix_end(rows));
    txn.del(spaces::kS3, keys::account_bucket(bucket.owner_account, bucket.name));
    forget_buckets(txn);
    return {};
  }));
  return model::Unit{};
}

}  // namespace cumulite::s3
