#include "emulator/services/s3/bucket/drop.h"

#include <string>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/annotation/annotations.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/records/object_record.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using keys::Type;
using storage::Domain;

constexpr std::size_t kRowsAtOnce = 500;

void release(storage::Txn& txn, Environment& env, const storage::BlobRef& blob) {
  if (blob.id != 0) env.blobs.release(txn, blob);
}

/// Releases the bodies that a row of that type names; `rest` follows the object's key in its key.
void release_bodies(storage::Txn& txn, Environment& env, Type type, std::string_view rest,
                    std::string_view value) {
  if (type == Type::kParts && keys::is_annotation(rest)) {
    release(txn, env, AnnotationRecord::decode(value).blob);
  } else if (type == Type::kParts) {
    for (const PartRecord& part : decode_parts(value)) release(txn, env, part.blob);
  } else if (type == Type::kUploadPart) {
    release(txn, env, PartRecord::decode(value).blob);
  } else if (type == Type::kCurrent) {
    release(txn, env, ObjectRecord::decode(value).blob);
  }
}

void drop_rows(Environment& env, const std::string& bucket, Type type) {
  const std::string rows = keys::rows(bucket, type);
  const std::string end = storage::prefix_end(rows);
  const storage::Domains domains = {Domain::exclusive_on(spaces::kS3, keys::bucket(bucket)),
                                    Domain::exclusive_on(spaces::kS3Objects, rows)};
  for (bool more = true; more;) {
    env.store.transact(domains, [&](storage::Txn& txn) {
      const auto page = txn.range(spaces::kS3Objects, rows, end,
                                  {.limit = kRowsAtOnce, .bytes_max = storage::kValueBytesMax});
      for (const auto& row : page.rows) {
        const auto parsed = keys::parse(row.key, rows);
        const std::string_view rest = parsed ? parsed->rest : std::string_view();
        // The pointer to a null version is a row of this type without a record.
        if (type == Type::kVersion && keys::sequence_of(rest)) {
          release_bodies(txn, env, Type::kCurrent, rest, row.value);
        } else if (type != Type::kVersion) {
          release_bodies(txn, env, type, rest, row.value);
        }
        txn.del(spaces::kS3Objects, row.key);
      }
      more = page.more;
    });
  }
}

}  // namespace

void drop_buckets(Environment& env, std::string_view account) {
  const std::string index = keys::account_buckets(account);
  for (bool more = true; more;) {
    const auto page =
        env.store.range(spaces::kS3, index, storage::prefix_end(index), {.limit = kRowsAtOnce});
    more = page.more;
    for (const auto& row : page.rows) {
      const std::string bucket = keys::bucket_of_account_key(row.key, index);
      for (const Type type :
           {Type::kCurrent, Type::kVersion, Type::kParts, Type::kUpload, Type::kUploadPart}) {
        drop_rows(env, bucket, type);
      }
      const std::string rows = keys::bucket(bucket);
      env.store.transact(
          {Domain::exclusive_on(spaces::kS3, rows), Domain::exclusive_on(spaces::kS3, row.key)},
          [&](storage::Txn& txn) {
            txn.del_range(spaces::kS3, rows, storage::prefix_end(rows));
            txn.del(spaces::kS3, row.key);
          });
    }
  }
}

}  // namespace cumulite::s3
