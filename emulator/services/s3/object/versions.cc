#include "emulator/services/s3/object/versions.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/annotation/annotations.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/replication/replicate.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using keys::Type;
using storage::Reader;
using storage::Txn;

constexpr std::uint64_t kVersionMask = 0x5DC9A6F1B3E8724D;

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 31)) * 0x7FB5D329728EA185;
  value = (value ^ (value >> 27)) * 0x81DADEF4BC2DD44D;
  return value ^ (value >> 33);
}

/// Newest row of type kVersion, whatever it is.
std::optional<ObjectRecord> newest_older(const Reader& reader, const BucketRecord& bucket,
                                         std::string_view key) {
  const std::string prefix = keys::object(bucket.name, Type::kVersion, key);
  // The null pointer's key is the prefix itself: the versions begin right after it.
  const auto page =
      reader.range(spaces::kS3Objects, prefix + '\0', storage::prefix_end(prefix), {.limit = 1});
  if (page.rows.empty()) return std::nullopt;
  return ObjectRecord::decode(page.rows.front().value);
}

std::optional<ObjectRecord> read_current(const Reader& reader, const BucketRecord& bucket,
                                         std::string_view key) {
  const auto row = reader.get(spaces::kS3Objects, keys::object(bucket.name, Type::kCurrent, key));
  if (!row) return std::nullopt;
  return ObjectRecord::decode(*row);
}

std::optional<std::uint64_t> null_sequence(const Reader& reader, const BucketRecord& bucket,
                                           std::string_view key) {
  const auto row = reader.get(spaces::kS3Objects, keys::null_pointer(bucket.name, key));
  if (!row) return std::nullopt;
  std::string_view bytes = *row;
  return storage::take_u64(bytes);
}

/// Drops what a version's record refers to.
void release(Txn& txn, Environment& env, const BucketRecord& bucket, std::string_view key,
             const ObjectRecord& record) {
  if (record.blob.id != 0) env.blobs.release(txn, record.blob);
  if (record.annotation_count != 0) drop_annotations(txn, env, bucket.name, key, record.sequence);
  if (record.part_count == 0) return;
  for (const PartRecord& part : read_parts(txn, bucket, key, record)) {
    if (part.blob.id != 0) env.blobs.release(txn, part.blob);
  }
  txn.del(spaces::kS3Objects, keys::parts(bucket.name, key, record.sequence));
}

/// Writes a version that is not current (or is a delete marker).
void put_older(Txn& txn, const BucketRecord& bucket, std::string_view key,
               const ObjectRecord& record) {
  txn.put(spaces::kS3Objects, keys::version(bucket.name, key, record.sequence), record.encode());
  if (!record.null_version) return;
  std::string sequence;
  storage::append_u64(sequence, record.sequence);
  txn.put(spaces::kS3Objects, keys::null_pointer(bucket.name, key), sequence);
}

void remove_older_null(Txn& txn, Environment& env, const BucketRecord& bucket,
                       std::string_view key) {
  const auto sequence = null_sequence(txn, bucket, key);
  if (!sequence) return;
  const std::string row_key = keys::version(bucket.name, key, *sequence);
  if (const auto row = txn.get(spaces::kS3Objects, row_key)) {
    release(txn, env, bucket, key, ObjectRecord::decode(*row));
    txn.del(spaces::kS3Objects, row_key);
  }
  txn.del(spaces::kS3Objects, keys::null_pointer(bucket.name, key));
}

/// Moves what is current out of the way of a new version. Returns the newest sequence before.
std::uint64_t displace(Txn& txn, Environment& env, const BucketRecord& bucket,
                       std::string_view key) {
  const bool replaces_null = bucket.versioning != Versioning::kEnabled;
  auto current = read_current(txn, bucket, key);
  std::uint64_t newest = 0;
  if (current) {
    newest = current->sequence;
    if (replaces_null && current->null_version) {
      release(txn, env, bucket, key, *current);
    } else {
      put_older(txn, bucket, key, *current);
    }
  } else if (bucket.versioning != Versioning::kOff) {
    if (const auto older = newest_older(txn, bucket, key)) newest = older->sequence;
  }
  if (bucket.versioning == Versioning::kSuspended && !(current && current->null_version)) {
    remove_older_null(txn, env, bucket, key);
  }
  return newest;
}

/// After the newest version went: makes the next one current if it is an object.
void promote(Txn& txn, const BucketRecord& bucket, std::string_view key) {
  const auto next = newest_older(txn, bucket, key);
  if (!next || next->delete_marker) return;
  txn.del(spaces::kS3Objects, keys::version(bucket.name, key, next->sequence));
  if (next->null_version) txn.del(spaces::kS3Objects, keys::null_pointer(bucket.name, key));
  txn.put(spaces::kS3Objects, keys::object(bucket.name, Type::kCurrent, key), next->encode());
}

}  // namespace

std::string version_id_of(const ObjectRecord& record) {
  if (record.null_version) return "null";
  std::string bytes;
  storage::append_u64(bytes, record.sequence ^ kVersionMask);
  storage::append_u64(bytes, mix(record.sequence));
  storage::append_u64(bytes, mix(record.sequence ^ kVersionMask));
  // S3's ids are of letters, digits, '_' and '.'.
  std::string id = codec::base64url_encode(bytes);
  std::replace(id.begin(), id.end(), '-', '.');
  return id;
}

Result<VersionId> parse_version_id(std::string_view text) {
  if (text == "null") return VersionId{.null_version = true};
  std::string encoded(text);
  std::replace(encoded.begin(), encoded.end(), '.', '-');
  if (const auto bytes = codec::base64url_decode(encoded); bytes && bytes->size() == 24) {
    std::string_view rest = *bytes;
    ObjectRecord named;
    named.null_version = false;
    named.sequence = *storage::take_u64(rest) ^ kVersionMask;
    if (version_id_of(named) == text) return VersionId{.sequence = named.sequence};
  }
  return errors::invalid_argument("Invalid version id specified", "versionId", text);
}

std::uint64_t next_sequence(std::int64_t now_ms) {
  static std::atomic<std::uint64_t> last{0};
  const auto floor = static_cast<std::uint64_t>(std::max<std::int64_t>(now_ms, 1)) << 16;
  std::uint64_t before = last.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    next = std::max(before + 1, floor);
  } while (!last.compare_exchange_weak(before, next, std::memory_order_relaxed));
  return next;
}

std::optional<FoundVersion> find_latest(const Reader& reader, const BucketRecord& bucket,
                                        std::string_view key) {
  if (auto current = read_current(reader, bucket, key)) {
    return FoundVersion{std::move(*current), true};
  }
  if (bucket.versioning == Versioning::kOff) return std::nullopt;
  auto older = newest_older(reader, bucket, key);
  if (!older) return std::nullopt;
  return FoundVersion{std::move(*older), true};
}

std::optional<FoundVersion> find_version(const Reader& reader, const BucketRecord& bucket,
                                         std::string_view key, const VersionId& id) {
  auto current = read_current(reader, bucket, key);
  if (current && (id.null_version ? current->null_version
                                  : !current->null_version && current->sequence == id.sequence)) {
    return FoundVersion{std::move(*current), true};
  }
  std::uint64_t sequence = id.sequence;
  if (id.null_version) {
    const auto found = null_sequence(reader, bucket, key);
    if (!found) return std::nullopt;
    sequence = *found;
  }
  const auto row = reader.get(spaces::kS3Objects, keys::version(bucket.name, key, sequence));
  if (!row) return std::nullopt;
  FoundVersion version{ObjectRecord::decode(*row), false};
  if (version.record.null_version != id.null_version) return std::nullopt;
  if (!current) version.latest = newest_older(reader, bucket, key)->sequence == sequence;
  return version;
}

namespace {

Error refuse_marker(const Context& ctx, const ObjectRecord& marker) {
  return errors::method_not_allowed(ctx.request.method, "DeleteMarker")
      .with_header("x-amz-delete-marker", "true")
      .with_header("x-amz-version-id", version_id_of(marker))
      .with_header("Last-Modified", http::http_date(marker.modified_ms))
      .with_header("Allow", "DELETE");
}

}  // namespace

Result<FoundVersion> find_object(const Context& ctx, const Reader& reader,
                                 const BucketRecord& bucket, std::string_view key,
                                 const std::optional<std::string>& version_id) {
  if (!version_id || version_id->empty()) {
    if (version_id) {
      return errors::invalid_argument("Version id cannot be the empty string", "version-id",
                                      *version_id);
    }
    auto latest = find_latest(reader, bucket, key);
    if (!latest) return errors::no_such_key(key);
    if (latest->record.delete_marker) {
      return errors::no_such_key(key)
          .with_header("x-amz-delete-marker", "true")
          .with_header("x-amz-version-id", version_id_of(latest->record));
    }
    return std::move(*latest);
  }
  CUMULITE_ASSIGN(const VersionId id, parse_version_id(*version_id));
  auto version = find_version(reader, bucket, key, id);
  if (!version) return errors::no_such_version(key, *version_id);
  if (version->record.delete_marker) return refuse_marker(ctx, version->record);
  return std::move(*version);
}

Result<FoundVersion> find_unmarked(const Context& ctx, const Reader& reader,
                                   const BucketRecord& bucket, std::string_view key,
                                   const std::optional<std::string>& version_id) {
  auto found = find_object(ctx, reader, bucket, key, version_id);
  if (found.ok() || version_id) return found;
  const auto latest = find_latest(reader, bucket, key);
  if (!latest || !latest->record.delete_marker) return found;
  return refuse_marker(ctx, latest->record);
}

std::vector<PartRecord> read_parts(const Reader& reader, const BucketRecord& bucket,
                                   std::string_view key, const ObjectRecord& record) {
  const auto row = reader.get(spaces::kS3Objects, keys::parts(bucket.name, key, record.sequence));
  if (!row) return {};
  return decode_parts(*row);
}

storage::Domains object_domains(std::string_view bucket, std::string_view key) {
  using storage::Domain;
  return {Domain::shared_on(spaces::kS3, keys::bucket(bucket)),
          Domain::exclusive_on(spaces::kS3Objects, keys::object(bucket, Type::kCurrent, key)),
          Domain::exclusive_on(spaces::kS3Objects, keys::object(bucket, Type::kVersion, key)),
          Domain::exclusive_on(spaces::kS3Objects, keys::object(bucket, Type::kParts, key))};
}

void add_version(Txn& txn, Environment& env, const BucketRecord& bucket, std::string_view key,
                 ObjectRecord& record, const std::vector<PartRecord>& parts) {
  const std::uint64_t newest = displace(txn, env, bucket, key);
  record.sequence = std::max(record.sequence, newest + 1);
  record.null_version = bucket.versioning != Versioning::kEnabled;
  if (!parts.empty()) {
    txn.put(spaces::kS3Objects, keys::parts(bucket.name, key, record.sequence),
            encode_parts(parts));
  }
  begin_replication(txn, env, bucket, key, record);
  txn.put(spaces::kS3Objects, keys::object(bucket.name, Type::kCurrent, key), record.encode());
}

void rewrite_version(Txn& txn, const BucketRecord& bucket, std::string_view key,
                     const FoundVersion& version) {
  const ObjectRecord& record = version.record;
  const std::string row_key = version.latest && !record.delete_marker
                                  ? keys::object(bucket.name, Type::kCurrent, key)
                                  : keys::version(bucket.name, key, record.sequence);
  txn.put(spaces::kS3Objects, row_key, record.encode());
}

void remove_version(Txn& txn, Environment& env, const BucketRecord& bucket, std::string_view key,
                    const FoundVersion& version) {
  const ObjectRecord& record = version.record;
  release(txn, env, bucket, key, record);
  if (version.latest && !record.delete_marker) {
    txn.del(spaces::kS3Objects, keys::object(bucket.name, Type::kCurrent, key));
  } else {
    txn.del(spaces::kS3Objects, keys::version(bucket.name, key, record.sequence));
    if (record.null_version) txn.del(spaces::kS3Objects, keys::null_pointer(bucket.name, key));
  }
  if (version.latest && bucket.versioning != Versioning::kOff) promote(txn, bucket, key);
}

std::optional<ObjectRecord> mark_deleted(Txn& txn, Environment& env, const BucketRecord& bucket,
                                         std::string_view key, ObjectRecord marker) {
  if (bucket.versioning == Versioning::kOff) {
    if (const auto current = read_current(txn, bucket, key)) {
      remove_version(txn, env, bucket, key, {*current, true});
    }
    return std::nullopt;
  }
  const std::uint64_t newest = displace(txn, env, bucket, key);
  txn.del(spaces::kS3Objects, keys::object(bucket.name, Type::kCurrent, key));
  marker.sequence = std::max(marker.sequence, newest + 1);
  marker.null_version = bucket.versioning != Versioning::kEnabled;
  marker.delete_marker = true;
  put_older(txn, bucket, key, marker);
  return marker;
}

}  // namespace cumulite::s3
