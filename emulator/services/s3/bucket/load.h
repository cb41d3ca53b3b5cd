#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

/// The row of a bucket, as the reader sees it.
std::optional<BucketRecord> find_bucket(const storage::Reader& reader, std::string_view name);

/// The bucket as it is now; null if there is none. Out of the thread's memory while no bucket's row
/// changes, for every request asks several times. Within a transaction that declares the bucket it
/// is as exact as reading the row: who changes the row holds the bucket alone until memory knows.
std::shared_ptr<const BucketRecord> current_bucket(const storage::Store& store,
                                                   std::string_view name);

/// Writes the row of a bucket: the only way to do so, as memory must learn of it.
void store_bucket(storage::Txn& txn, const BucketRecord& bucket);
/// Of a transaction that drops rows of buckets.
void forget_buckets(storage::Txn& txn);
/// Rows of buckets were exchanged or dropped beneath the service, or the store is another one.
void forget_buckets();

/// The bucket of a request. Errors: NoSuchBucket; with an expected owner AccessDenied when it is
/// another one, InvalidBucketOwnerAWSAccountID when it is no account id.
Result<BucketRecord> load_bucket(const storage::Store& store,
                                 const std::optional<std::string>& name,
                                 const std::optional<std::string>& expected_owner = std::nullopt);

/// `load_bucket` for the usual members of a request.
template <class Request>
Result<BucketRecord> load_bucket_of(const storage::Store& store, const Request& req) {
  if constexpr (requires { req.ExpectedBucketOwner; }) {
    return load_bucket(store, req.Bucket, req.ExpectedBucketOwner);
  } else {
    return load_bucket(store, req.Bucket);
  }
}

/// Errors: KeyTooLongError beyond 1,024 bytes, InvalidURI for what is not UTF-8.
Result<void> check_key(const std::string& key);

}  // namespace cumulite::s3
