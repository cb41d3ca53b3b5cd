#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/checksum/checksum.h"
#include "storage/blob/blob_store.h"

namespace cumulite::s3 {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// The checksum that S3 keeps with an object or part.
struct StoredChecksum {
  checksum::Algorithm algorithm = checksum::Algorithm::kCrc64Nvme;
  std::string raw;         ///< Digest bytes.
  bool composite = false;  ///< Checksum of the parts' checksums; shown with "-N".
};

/// How an object is encrypted, as answered; bodies are encrypted at rest for SSE-C only.
struct EncryptionRecord {
  std::string algorithm = "AES256";  ///< "AES256", "aws:kms", "aws:kms:dsse"; empty with SSE-C.
  std::string kms_key_id;
  std::string kms_context;
  bool bucket_key = false;
  std::string customer_key_md5;  ///< Base64, as sent; not empty: SSE-C.
  std::string nonce;             ///< 16 bytes of the body's cipher; SSE-C objects in one piece.
};

/// What object lock says of one version.
struct LockRecord {
  std::string mode;  ///< "GOVERNANCE", "COMPLIANCE" or empty.
  std::int64_t retain_until_ms = 0;
  std::string legal_hold;  ///< "ON", "OFF" or empty.
};

/// A temporary copy of an archived object.
struct RestoreRecord {
  bool requested = false;
  bool ongoing = false;
  std::int64_t expiry_ms = 0;
  std::int64_t days = 0;
  std::string tier;
};

/// One version of an object, or a delete marker: everything of it but the list of parts.
struct ObjectRecord {
  std::uint64_t sequence = 0;  ///< Rises with each write to a key; names the version.
  bool null_version = true;    ///< Written while versioning was not enabled.
  bool delete_marker = false;
  std::int64_t modified_ms = 0;  ///< Whole seconds, as S3 shows them.
  std::uint64_t size_bytes = 0;
  storage::BlobRef blob;         ///< Of an object in one piece.
  std::uint32_t part_count = 0;  ///< 0: not from a multipart upload.
  std::string etag;              ///< Without quotes.
  std::string owner_id;
  std::string owner_account;
  std::string storage_class = "STANDARD";
  std::optional<StoredChecksum> checksum;
  std::string content_type;
  std::string cache_control;
  std::string content_disposition;
  std::string content_encoding;
  std::string content_language;
  std::string expires;
  std::string website_redirect;
  TextPairs metadata;
  TextPairs tags;
  EncryptionRecord encryption;
  LockRecord lock;
  RestoreRecord restore;
  std::string acl;        ///< access/acl.h; empty: private to the owner.
  std::string upload_id;  ///< The multipart upload that made it: a repeated complete is answered.
  std::string replication_status;
  std::uint32_t annotation_count = 0;  ///< Rows of annotation/annotations.h.
  std::string access_tier;  ///< Archive tier of INTELLIGENT_TIERING ("ARCHIVE_ACCESS"), or empty.
  std::int64_t accessed_ms = 0;  ///< Last read, to the day; kept for INTELLIGENT_TIERING only.

  std::string encode() const;
  /// Throws storage::StorageError on a corrupt row.
  static ObjectRecord decode(std::string_view bytes);
};

/// One part of an object in parts, or of an upload not yet completed.
struct PartRecord {
  std::uint32_t number = 0;
  std::int64_t modified_ms = 0;
  storage::BlobRef blob;
  std::uint64_t size_bytes = 0;
  std::string md5;                         ///< Raw.
  std::string nonce;                       ///< As EncryptionRecord's.
  std::optional<StoredChecksum> checksum;  ///< Absent only where the client may not see it.
  std::optional<StoredChecksum> sent;      ///< What the client sent, where that is another one.

  std::string encode() const;
  static PartRecord decode(std::string_view bytes);
};

std::string encode_parts(const std::vector<PartRecord>& parts);
std::vector<PartRecord> decode_parts(std::string_view bytes);

/// A multipart upload in progress: the object that it will become, without body.
struct UploadRecord {
  ObjectRecord object;
  std::int64_t initiated_ms = 0;
  std::string initiator_id;
  std::string initiator_name;
  bool checksum_asked = false;  ///< CreateMultipartUpload named an algorithm.
  bool full_object = false;     ///< Checksum type of the upload.
  bool over_object = false;     ///< The key was an object's when the upload began.
  checksum::Algorithm algorithm = checksum::Algorithm::kCrc64Nvme;

  std::string encode() const;
  static UploadRecord decode(std::string_view bytes);
};

}  // namespace cumulite::s3
