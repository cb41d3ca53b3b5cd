#pragma once

#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"

namespace cumulite::s3 {

/// The object that a question of access is about, read when a rule first asks for it: most requests
/// are judged without it. Refers to what it is made of. For one thread.
class NamedObject {
 public:
  /// None, or one that was read already.
  explicit NamedObject(const ObjectRecord* record = nullptr) : record_(record) {}

  /// The one of that key and the version in the query.
  NamedObject(const Context& ctx, const BucketRecord& bucket, const std::string& key)
      : ctx_(&ctx), bucket_(&bucket), key_(&key) {}

  NamedObject(const NamedObject&) = delete;
  NamedObject& operator=(const NamedObject&) = delete;

  /// Null if it does not exist; a delete marker exists where its version is named.
  const ObjectRecord* record() const;

 private:
  mutable const Context* ctx_ = nullptr;  ///< Null once it was looked for.
  const BucketRecord* bucket_ = nullptr;
  const std::string* key_ = nullptr;
  mutable std::optional<ObjectRecord> read_;
  mutable const ObjectRecord* record_ = nullptr;
};

}  // namespace cumulite::s3
