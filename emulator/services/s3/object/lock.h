#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"

/// Object lock. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
namespace cumulite::s3 {

/// Lock headers of a write, as far as they were sent.
struct LockRequest {
  const std::optional<std::string>& mode;
  const std::optional<model::Timestamp>& retain_until;
  const std::optional<std::string>& legal_hold;
};

template <class Request>
LockRequest lock_asked(const Request& req) {
  return {req.ObjectLockMode, req.ObjectLockRetainUntilDate, req.ObjectLockLegalHoldStatus};
}

/// The new object's lock: as asked, else by the bucket's default retention. Errors: InvalidRequest,
/// InvalidArgument.
Result<LockRecord> choose_lock(const Context& ctx, const BucketRecord& bucket,
                               const LockRequest& asked);

/// Whether the version may be deleted now. Error: AccessDenied.
Result<void> check_unlocked(const ObjectRecord& record, std::int64_t now_ms,
                            bool bypass_governance);

}  // namespace cumulite::s3
