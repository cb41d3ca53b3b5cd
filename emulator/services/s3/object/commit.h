#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/services/s3/annotation/annotations.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"
#include "storage/blob/blob_store.h"

namespace cumulite::s3 {

/// A new object on its way into its bucket.
struct ObjectWrite {
  std::string bucket;
  std::string key;
  ObjectRecord record;
  std::optional<std::string> if_match = {};
  std::optional<std::string> if_none_match = {};
  std::string_view event;  ///< "ObjectCreated:Put", "ObjectCreated:Post", ...
  std::optional<AnnotatedVersion> annotations = {};  ///< Those that the object takes over.
};

/// What the transaction of the write declares.
storage::Domains write_domains(const ObjectWrite& write);

/// Makes `record` the newest version of the write's key, with the annotations that it takes over.
/// Errors: those of duplicate_annotations.
Result<void> add_written(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                         const ObjectWrite& write, ObjectRecord& record);

/// Fills owner, time and sequence of a record that the caller of `ctx` writes now.
void stamp(const Context& ctx, const BucketRecord& bucket, ObjectRecord& record);

/// Checks the conditions, adopts the body, writes the version and its events, in one transaction.
/// Returns the record as written. Errors: NoSuchBucket, those of check_write.
/// With a customer key the body is encrypted first.
Result<ObjectRecord> commit_object(Context& ctx, ObjectWrite write, storage::Spool& body,
                                   const CustomerKey& key = {});

}  // namespace cumulite::s3
