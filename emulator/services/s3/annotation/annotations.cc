#include "emulator/services/s3/annotation/annotations.h"

#include <algorithm>
#include <cctype>

#include "emulator/core/records/fields.h"
#include "emulator/core/spaces.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kNameBytesMax = 512;
/// Small bodies are rows, and a transaction holds only so many bytes of them.
constexpr std::uint64_t kCopiedBytesMax = storage::kTransactionBytesMax / 4 * 3;

enum AnnotationTag : std::uint8_t {
  kAnnotationModified = 1,
  kAnnotationBlob,
  kAnnotationEtag,
  kAnnotationAlgorithm,
  kAnnotationChecksum
};

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

Error changed_meanwhile() {
  return {"OperationAborted",
          "A conflicting conditional operation is currently in progress against this resource. "
          "Please try again.",
          409};
}

/// Rows of the version's annotations; there are at most kAnnotationsMax.
storage::Page read_rows(const storage::Reader& reader, const AnnotatedVersion& version) {
  const std::string prefix = keys::annotation(version.bucket, version.key, version.sequence);
  return reader.range(spaces::kS3Objects, prefix, storage::prefix_end(prefix),
                      {.limit = kAnnotationsMax});
}

}  // namespace

std::string AnnotationRecord::encode() const {
  FieldWriter writer;
  writer.number(kAnnotationModified, static_cast<std::uint64_t>(modified_ms));
  writer.present(kAnnotationBlob, blob.encode());
  writer.text(kAnnotationEtag, etag);
  writer.number(kAnnotationAlgorithm, static_cast<std::uint64_t>(checksum.algorithm) + 1);
  writer.text(kAnnotationChecksum, checksum.raw);
  return writer.take();
}

AnnotationRecord AnnotationRecord::decode(std::string_view bytes) {
  AnnotationRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == kAnnotationModified)
      record.modified_ms = static_cast<std::int64_t>(reader.number());
    if (reader.tag() == kAnnotationBlob) {
      const auto blob = storage::BlobRef::decode(reader.text());
      if (!blob) throw storage::StorageError("an annotation's row is corrupt");
      record.blob = *blob;
    }
    if (reader.tag() == kAnnotationEtag) record.etag = reader.text();
    if (reader.tag() == kAnnotationAlgorithm) {
      record.checksum.algorithm = static_cast<checksum::Algorithm>(reader.number() - 1);
    }
    if (reader.tag() == kAnnotationChecksum) record.checksum.raw = reader.text();
  }
  return record;
}

Result<void> check_annotation_name(std::string_view name) {
  if (name.size() > kNameBytesMax) {
    return Error{"AnnotationNameTooLong", "The annotation name exceeds 512 bytes.", 400};
  }
  // These two beginnings are reserved.
  if (name.empty() || starts_with_ignoring_case(name, "aws") ||
      starts_with_ignoring_case(name, "s3") || name.find('\0') != std::string_view::npos) {
    return Error{"InvalidAnnotationName", "The annotation name you provided is invalid.", 400};
  }
  return {};
}

void drop_annotations(storage::Txn& txn, Environment& env, std::string_view bucket,
                      std::string_view key, std::uint64_t sequence) {
  const AnnotatedVersion version{std::string(bucket), std::string(key), sequence};
  for (const auto& row : read_rows(txn, version).rows) {
    env.blobs.release(txn, AnnotationRecord::decode(row.value).blob);
    txn.del(spaces::kS3Objects, row.key);
  }
}

Result<NamedAnnotations> duplicate_annotations(storage::Txn& txn, Environment& env,
                                               const AnnotatedVersion& from) {
  const auto page = read_rows(txn, from);
  if (page.rows.size() != from.count) return changed_meanwhile();
  const std::size_t prefix = keys::annotation(from.bucket, from.key, from.sequence).size();
  NamedAnnotations copies;
  std::uint64_t inline_bytes = 0;
  for (const auto& row : page.rows) {
    AnnotationRecord record = AnnotationRecord::decode(row.value);
    if (!record.blob.in_file) inline_bytes += record.blob.size_bytes;
    if (inline_bytes > kCopiedBytesMax) {
      return errors::invalid_request("The annotations of the source are too large to be copied.");
    }
    record.blob = env.blobs.duplicate(txn, record.blob);
    copies.emplace_back(row.key.substr(prefix), std::move(record));
  }
  return copies;
}

void put_annotations(storage::Txn& txn, const AnnotatedVersion& to,
                     const NamedAnnotations& annotations) {
  for (const auto& [name, record] : annotations) {
    txn.put(spaces::kS3Objects, keys::annotation(to.bucket, to.key, to.sequence, name),
            record.encode());
  }
}

storage::Domain annotations_domain(const AnnotatedVersion& version) {
  return storage::Domain::shared_on(spaces::kS3Objects,
                                    keys::object(version.bucket, keys::Type::kParts, version.key));
}

}  // namespace cumulite::s3
