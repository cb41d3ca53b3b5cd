#pragma once

#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// One deletion, of DeleteObject or an entry of DeleteObjects.
struct DeleteAsked {
  std::string key;
  std::optional<std::string> version_id = {};
  std::optional<std::string> if_match = {};
  bool bypass_governance = false;
};

struct DeleteDone {
  bool delete_marker = false;  ///< One was made or removed.
  std::optional<std::string> version_id;
};

/// Deletes in a transaction of its own, with its events. Errors: those of the conditions,
/// AccessDenied by object lock, InvalidArgument for a version id.
Result<DeleteDone> delete_one(Context& ctx, const BucketRecord& bucket, const DeleteAsked& asked);

}  // namespace cumulite::s3
