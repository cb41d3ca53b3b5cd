#include "emulator/services/s3/bucket/drop.h"

#include <string>
#include <utility>
#include <vector>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/account_keys.h"
#include "emulator/services/s3/annotation/annotations.h"
#include "emulator/services/s3/bucket/load.h"
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

/// The bodies that a row of that type names; `rest` follows the object's key in its key.
std::vector<storage::BlobRef> bodies_in(Type type, std::string_view rest, std::string_view value) {
  std::vector<storage::BlobRef> bodies;
  if (type == Type::kParts && keys::is_annotation(rest)) {
    bodies.push_back(AnnotationRecord::decode(value).blob);
  } else if (type == Type::kParts) {
    for (const PartRecord& part : decode_parts(value)) bodies.push_back(part.blob);
  } else if (type == Type::kUploadPart) {
    bodies.push_back(PartRecord::decode(value).blob);
  } else if (type == Type::kCurrent || (type == Type::kVersion && keys::sequence_of(rest))) {
    // The pointer to a null version is a row of the versions without a record.
    bodies.push_back(ObjectRecord::decode(value).blob);
  }
  return bodies;
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
        for (const auto& blob : bodies_in(type, rest, row.value)) release(txn, env, blob);
        txn.del(spaces::kS3Objects, row.key);
      }
      more = page.more;
    });
  }
}

/// Calls visit(bucket, its index row's key) for the buckets of the account.
template <class Visit>
void each_bucket(const storage::Reader& reader, std::string_view account, Visit&& visit) {
  const std::string index = keys::account_buckets(account);
  std::string from = index;
  for (bool more = true; more;) {
    const auto page =
        reader.range(spaces::kS3, from, storage::prefix_end(index), {.limit = kRowsAtOnce});
    more = page.more;
    for (const auto& row : page.rows) {
      visit(keys::bucket_of_account_key(row.key, index), row.key);
      from = row.key + '\0';
    }
  }
}

}  // namespace

std::vector<RowRange> rows_of_account(const storage::Reader& reader, std::string_view account) {
  std::vector<RowRange> ranges = {RowRange::below(spaces::kS3, keys::account_buckets(account)),
                                  RowRange::below(spaces::kS3, keys::account_block(account))};
  each_bucket(reader, account, [&](const std::string& bucket, const std::string&) {
    ranges.push_back(RowRange::below(spaces::kS3, keys::bucket(bucket)));
    for (const Type type :
         {Type::kCurrent, Type::kVersion, Type::kParts, Type::kUpload, Type::kUploadPart}) {
      ranges.push_back(RowRange::below(spaces::kS3Objects, keys::rows(bucket, type)));
    }
  });
  return ranges;
}

std::vector<storage::BlobRef> bodies_of_row(const RowRange& range, const storage::KeyValue& row) {
  if (range.space != spaces::kS3Objects) return {};
  // A range of objects is that of one type, whose letter ends the prefix.
  const auto type = static_cast<Type>(range.from.back());
  const auto parsed = keys::parse(row.key, range.from);
  if (!parsed) return {};
  return bodies_in(type, parsed->rest, row.value);
}

void drop_buckets(Environment& env, std::string_view account) {
  each_bucket(env.store, account, [&](const std::string& bucket, const std::string& index_row) {
    for (const Type type :
         {Type::kCurrent, Type::kVersion, Type::kParts, Type::kUpload, Type::kUploadPart}) {
      drop_rows(env, bucket, type);
    }
    const std::string rows = keys::bucket(bucket);
    env.store.transact(
        {Domain::exclusive_on(spaces::kS3, rows), Domain::exclusive_on(spaces::kS3, index_row)},
        [&](storage::Txn& txn) {
          txn.del_range(spaces::kS3, rows, storage::prefix_end(rows));
          txn.del(spaces::kS3, index_row);
          forget_buckets(txn);
        });
  });
  const std::string block = keys::account_block(account);
  env.store.transact({Domain::exclusive_on(spaces::kS3, block)}, [&](storage::Txn& txn) {
    txn.del(spaces::kS3, block);
    forget_buckets(txn);
  });
}

}  // namespace cumulite::s3
