#pragma once

#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

namespace cumulite::s3 {

/// One deletion, of DeleteObject or an entry of DeleteObjects.
struct DeleteAsked {
  std::string key;
  std::optional<std::string> version_id = {};
  std::optional<std::string> if_match = {};
  bool bypass_governance = false;
  bool in_batch = false;  ///< Of DeleteObjects, which announces what was not there too.
};

struct DeleteDone {
  bool delete_marker = false;  ///< One was made or removed.
  std::optional<std::string> version_id;
};

/// Deletes, with its events, in a transaction that declares the key's object_domains. After an
/// error nothing was written. Errors: those of the conditions, AccessDenied by object lock,
/// InvalidArgument for a version id.
Result<DeleteDone> delete_in(storage::Txn& txn, Context& ctx, const BucketRecord& bucket,
                             const DeleteAsked& asked);

/// Whether the caller may pass over governance retention, if the request asks to. Errors:
/// AccessDenied to whom a bucket policy does not let, InvalidArgument where there are no locks.
Result<bool> bypasses_governance(const Context& ctx, const BucketRecord& bucket,
                                 const std::string& key, const std::optional<bool>& asked);

}  // namespace cumulite::s3
