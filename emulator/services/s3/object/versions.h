#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

/// The versions of a key: the only place that knows how current, older and null versions and delete
/// markers lie in rows. A row of type kCurrent exists exactly when the newest version is an object.
namespace cumulite::s3 {

/// Opaque id of a version, 32 characters; "null" for versions written without versioning.
std::string version_id_of(const ObjectRecord& record);

/// What a client's version id names.
struct VersionId {
  bool null_version = false;
  std::uint64_t sequence = 0;
};

/// Error: InvalidArgument "Invalid version id specified".
Result<VersionId> parse_version_id(std::string_view text);
/// A number greater than all given before; about the time in its upper bits, so that it also rises
/// over restarts.
std::uint64_t next_sequence(std::int64_t now_ms);

struct FoundVersion {
  ObjectRecord record;
  bool latest = false;
};

/// The newest version, which may be a delete marker.
std::optional<FoundVersion> find_latest(const storage::Reader& reader, const BucketRecord& bucket,
                                        std::string_view key);
std::optional<FoundVersion> find_version(const storage::Reader& reader, const BucketRecord& bucket,
                                         std::string_view key, const VersionId& id);
/// The object that a read names: newest without `version_id`. Errors as GetObject answers them:
/// NoSuchKey (with x-amz-delete-marker), NoSuchVersion, MethodNotAllowed on a delete marker.
Result<FoundVersion> find_object(const Context& ctx, const storage::Reader& reader,
                                 const BucketRecord& bucket, std::string_view key,
                                 const std::optional<std::string>& version_id);
/// The object that a change or a look at its tags names: as find_object, but a delete marker on top
/// is refused as such. Error: MethodNotAllowed.
Result<FoundVersion> find_unmarked(const Context& ctx, const storage::Reader& reader,
                                   const BucketRecord& bucket, std::string_view key,
                                   const std::optional<std::string>& version_id);
/// The list of parts of a version with part_count > 0.
std::vector<PartRecord> read_parts(const storage::Reader& reader, const BucketRecord& bucket,
                                   std::string_view key, const ObjectRecord& record);

/// What a transaction that writes versions of the key declares, the bucket shared among it.
storage::Domains object_domains(std::string_view bucket, std::string_view key);

/// Makes `record` the newest version (its sequence and null_version are set here); what it replaces
/// is kept as an older version or dropped, as the bucket's versioning says.
void add_version(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                 std::string_view key, ObjectRecord& record,
                 const std::vector<PartRecord>& parts = {});
/// Writes a changed record (tags, lock, ACL, restore) back in its place.
void rewrite_version(storage::Txn& txn, const BucketRecord& bucket, std::string_view key,
                     const FoundVersion& version);
/// Drops one version with its body; the next older one becomes current.
void remove_version(storage::Txn& txn, Environment& env, const BucketRecord& bucket,
                    std::string_view key, const FoundVersion& version);
/// The plain delete: drops an unversioned object or leaves a delete marker. Returns the marker,
/// whose replication is the caller's business: S3 replicates those of users only.
std::optional<ObjectRecord> mark_deleted(storage::Txn& txn, Environment& env,
                                         const BucketRecord& bucket, std::string_view key,
                                         ObjectRecord marker);

}  // namespace cumulite::s3
