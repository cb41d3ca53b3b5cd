#pragma once

#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/object/conditions.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// The object that a copy reads.
struct CopySource {
  BucketRecord bucket;
  std::string key;
  std::optional<std::string> version_id;
  ObjectRecord record;
  CustomerKey customer_key;
};

/// Finds what `x-amz-copy-source` names ("bucket/key?versionId=...", encoded or not, with or
/// without a leading slash, or an ARN or URL form of it). Errors: InvalidArgument, NoSuchBucket,
/// NoSuchKey, those of check_copy_source and of the customer key; InvalidObjectState for archived
/// bytes.
Result<CopySource> find_copy_source(const Context& ctx, const std::string& header,
                                    const std::optional<std::string>& expected_owner,
                                    const ReadConditions& conditions, CustomerKey customer_key);

template <class Request>
Result<CopySource> copy_source_of(const Context& ctx, const Request& req) {
  CUMULITE_ASSIGN(CustomerKey key,
                  read_customer_key(req.CopySourceSSECustomerAlgorithm,
                                    req.CopySourceSSECustomerKey, req.CopySourceSSECustomerKeyMD5));
  return find_copy_source(ctx, *req.CopySource, req.ExpectedSourceBucketOwner,
                          {req.CopySourceIfMatch, req.CopySourceIfNoneMatch,
                           req.CopySourceIfModifiedSince, req.CopySourceIfUnmodifiedSince},
                          std::move(key));
}

}  // namespace cumulite::s3
