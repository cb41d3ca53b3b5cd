#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/environment.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"
#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"

/// Annotations: named texts of up to 1 MiB beside a version of an object. They come and go with
/// the version, and the object's row counts them.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
namespace cumulite::s3 {

inline constexpr std::size_t kAnnotationsMax = 1000;
inline constexpr std::uint64_t kAnnotationBytesMax = 1024 * 1024;

struct AnnotationRecord {
  std::int64_t modified_ms = 0;
  storage::BlobRef blob;
  std::string etag;  ///< Without quotes.
  StoredChecksum checksum;

  std::string encode() const;
  /// Throws storage::StorageError on a corrupt row.
  static AnnotationRecord decode(std::string_view bytes);
};

/// Errors: InvalidAnnotationName, AnnotationNameTooLong.
Result<void> check_annotation_name(std::string_view name);

/// The version whose annotations are meant.
struct AnnotatedVersion {
  std::string bucket;
  std::string key;
  std::uint64_t sequence = 0;
  std::uint32_t count = 0;
};

/// Drops all annotations of a version; the transaction holds its object's domains.
void drop_annotations(storage::Txn& txn, Environment& env, std::string_view bucket,
                      std::string_view key, std::uint64_t sequence);

using NamedAnnotations = std::vector<std::pair<std::string, AnnotationRecord>>;

/// Second copies of a version's annotations, for a version that the same transaction writes; it
/// holds annotations_domain. Taken before that write, which may drop what is copied.
/// Errors: OperationAborted when there are not as many as `from.count` any more, InvalidRequest
/// when they are too much for one transaction.
Result<NamedAnnotations> duplicate_annotations(storage::Txn& txn, Environment& env,
                                               const AnnotatedVersion& from);
void put_annotations(storage::Txn& txn, const AnnotatedVersion& to,
                     const NamedAnnotations& annotations);

/// What a transaction that copies from the version declares.
storage::Domain annotations_domain(const AnnotatedVersion& version);

}  // namespace cumulite::s3
