#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

std::optional<BucketRecord> find_bucket(const storage::Reader& reader, std::string_view name);

/// The bucket of a request. Errors: NoSuchBucket; with an expected owner AccessDenied when it is
/// another one, InvalidBucketOwnerAWSAccountID when it is no account id.
Result<BucketRecord> load_bucket(const storage::Reader& reader,
                                 const std::optional<std::string>& name,
                                 const std::optional<std::string>& expected_owner = std::nullopt);

/// `load_bucket` for the usual members of a request.
template <class Request>
Result<BucketRecord> load_bucket_of(const storage::Reader& reader, const Request& req) {
  if constexpr (requires { req.ExpectedBucketOwner; }) {
    return load_bucket(reader, req.Bucket, req.ExpectedBucketOwner);
  } else {
    return load_bucket(reader, req.Bucket);
  }
}

/// Error: KeyTooLongError beyond 1,024 bytes.
Result<void> check_key(const std::string& key);

}  // namespace cumulite::s3
