#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/s3.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/time_units.h"
#include "storage/kv/store.h"

/// What a lifecycle configuration says of an object: pure functions of rule, object and time.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
namespace cumulite::s3 {

/// Colder classes have higher ranks: objects only move down.
int coldness_of(std::string_view storage_class);

/// Which smallest size moves where no rule speaks of sizes: 128 KiB to every class, or to all but
/// the archives (`x-amz-transition-default-minimum-object-size`).
enum class SmallestToMove { kAlike, kByClass };

/// The midnight on which something is due that happens `days` after `from_ms`: S3 rounds up.
std::int64_t due_midnight(std::int64_t from_ms, std::int64_t days);

/// Whether an enabled rule's filter takes the object.
bool rule_applies(const api::LifecycleRule& rule, std::string_view key, const ObjectRecord& record);

struct Expiry {
  std::int64_t date_ms = 0;
  std::string rule_id;
};

/// When the current version expires, by the earliest rule.
std::optional<Expiry> expiry_of(const api::BucketLifecycleConfiguration& configuration,
                                std::string_view key, const ObjectRecord& record);

/// `x-amz-expiration` of a current version, or nullopt.
std::optional<std::string> expiration_header(const storage::Reader& reader,
                                             const BucketRecord& bucket, std::string_view key,
                                             const ObjectRecord& record);

/// The storage class into which rules have moved the current version by now; nullopt: no change.
std::optional<std::string> transition_of(const api::BucketLifecycleConfiguration& configuration,
                                         SmallestToMove smallest, std::string_view key,
                                         const ObjectRecord& record, std::int64_t now_ms);

/// A version that is no longer current.
struct NoncurrentVersion {
  std::string_view key;
  const ObjectRecord& record;
  std::int64_t since_ms;     ///< When it was replaced.
  std::int32_t newer_count;  ///< Noncurrent versions of the key that are newer.
};

bool noncurrent_expires(const api::BucketLifecycleConfiguration& configuration,
                        const NoncurrentVersion& version, std::int64_t now_ms);
std::optional<std::string> noncurrent_transition(
    const api::BucketLifecycleConfiguration& configuration, SmallestToMove smallest,
    const NoncurrentVersion& version, std::int64_t now_ms);

/// Whether a delete marker with nothing behind it goes.
bool lone_marker_expires(const api::BucketLifecycleConfiguration& configuration,
                         std::string_view key, const ObjectRecord& marker, std::int64_t now_ms);

/// When an upload begun then is given up, by the earliest rule.
std::optional<Expiry> upload_expiry_of(const api::BucketLifecycleConfiguration& configuration,
                                       std::string_view key, std::int64_t initiated_ms);
/// The same by the bucket's rules: `x-amz-abort-date` and `x-amz-abort-rule-id`.
std::optional<Expiry> upload_expiry(const storage::Reader& reader, const BucketRecord& bucket,
                                    std::string_view key, std::int64_t initiated_ms);

}  // namespace cumulite::s3
