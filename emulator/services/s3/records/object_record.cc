#include "emulator/services/s3/records/object_record.h"

#include "emulator/core/records/fields.h"

namespace cumulite::s3 {

namespace {

/// Tags of the rows: never reuse or renumber one.
enum ObjectTag : std::uint8_t {
  kSequence = 1,
  kNullVersion,
  kDeleteMarker,
  kModified,
  kSize,
  kBlob,
  kPartCount,
  kEtag,
  kOwnerId,
  kOwnerAccount,
  kStorageClass,
  kChecksum,
  kContentType,
  kCacheControl,
  kContentDisposition,
  kContentEncoding,
  kContentLanguage,
  kExpires,
  kWebsiteRedirect,
  kMetadata,
  kTag,
  kSse,
  kKmsKeyId,
  kKmsContext,
  kBucketKey,
  kCustomerKeyMd5,
  kLockMode,
  kRetainUntil,
  kLegalHold,
  kRestore,
  kAcl,
  kUploadId,
  kReplicationStatus,
  kNonce,
  kAnnotationCount,
  kAccessTier,
  kAccessed,
};

enum PartTag : std::uint8_t {
  kPartNumber = 1,
  kPartModified,
  kPartBlob,
  kPartSize,
  kPartMd5,
  kPartChecksum,
  kPartChecksumSent,
  kPartNonce,
};

enum UploadTag : std::uint8_t {
  kUploadObject = 1,
  kInitiated,
  kInitiatorId,
  kInitiatorName,
  kChecksumAsked,
  kFullObject,
  kAlgorithm,
  kOverObject,
};

constexpr std::uint8_t kPartOfList = 1;

std::string encode_checksum(const StoredChecksum& checksum) {
  std::string bytes;
  bytes.push_back(static_cast<char>(checksum.algorithm));
  bytes.push_back(checksum.composite ? '\1' : '\0');
  bytes += checksum.raw;
  return bytes;
}

StoredChecksum decode_checksum(std::string_view bytes) {
  if (bytes.size() < 2) throw storage::StorageError("an S3 row is corrupt");
  return {static_cast<checksum::Algorithm>(bytes[0]), std::string(bytes.substr(2)),
          bytes[1] != '\0'};
}

storage::BlobRef decode_blob(std::string_view bytes) {
  auto blob = storage::BlobRef::decode(bytes);
  if (!blob) throw storage::StorageError("an S3 row is corrupt");
  return *blob;
}

std::string encode_restore(const RestoreRecord& restore) {
  FieldWriter writer;
  writer.number(1, restore.ongoing ? 1 : 0);
  writer.number(2, static_cast<std::uint64_t>(restore.expiry_ms));
  writer.number(3, static_cast<std::uint64_t>(restore.days));
  writer.text(4, restore.tier);
  return writer.take();
}

RestoreRecord decode_restore(std::string_view bytes) {
  RestoreRecord restore;
  restore.requested = true;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        restore.ongoing = true;
        break;
      case 2:
        restore.expiry_ms = static_cast<std::int64_t>(reader.number());
        break;
      case 3:
        restore.days = static_cast<std::int64_t>(reader.number());
        break;
      case 4:
        restore.tier = reader.text();
        break;
      default:
        break;
    }
  }
  return restore;
}

void write_encryption(FieldWriter& writer, const EncryptionRecord& encryption) {
  if (encryption.algorithm != "AES256") writer.present(kSse, encryption.algorithm);
  writer.text(kKmsKeyId, encryption.kms_key_id);
  writer.text(kKmsContext, encryption.kms_context);
  writer.number(kBucketKey, encryption.bucket_key ? 1 : 0);
  writer.text(kCustomerKeyMd5, encryption.customer_key_md5);
  writer.text(kNonce, encryption.nonce);
}

void read_encryption(const FieldReader& reader, EncryptionRecord& encryption) {
  switch (reader.tag()) {
    case kSse:
      encryption.algorithm = reader.text();
      break;
    case kKmsKeyId:
      encryption.kms_key_id = reader.text();
      break;
    case kKmsContext:
      encryption.kms_context = reader.text();
      break;
    case kBucketKey:
      encryption.bucket_key = true;
      break;
    case kCustomerKeyMd5:
      encryption.customer_key_md5 = reader.text();
      break;
    case kNonce:
      encryption.nonce = reader.text();
      break;
    default:
      break;
  }
}

void read_state(const FieldReader& reader, ObjectRecord& record) {
  switch (reader.tag()) {
    case kMetadata:
      record.metadata.push_back(reader.pair());
      break;
    case kTag:
      record.tags.push_back(reader.pair());
      break;
    case kLockMode:
      record.lock.mode = reader.text();
      break;
    case kRetainUntil:
      record.lock.retain_until_ms = static_cast<std::int64_t>(reader.number());
      break;
    case kLegalHold:
      record.lock.legal_hold = reader.text();
      break;
    case kRestore:
      record.restore = decode_restore(reader.text());
      break;
    case kAcl:
      record.acl = reader.text();
      break;
    case kUploadId:
      record.upload_id = reader.text();
      break;
    case kReplicationStatus:
      record.replication_status = reader.text();
      break;
    case kAnnotationCount:
      record.annotation_count = static_cast<std::uint32_t>(reader.number());
      break;
    case kAccessTier:
      record.access_tier = reader.text();
      break;
    case kAccessed:
      record.accessed_ms = static_cast<std::int64_t>(reader.number());
      break;
    default:
      read_encryption(reader, record.encryption);
  }
}

void read_field(const FieldReader& reader, ObjectRecord& record) {
  switch (reader.tag()) {
    case kSequence:
      record.sequence = reader.number();
      break;
    case kNullVersion:
      record.null_version = true;
      break;
    case kDeleteMarker:
      record.delete_marker = true;
      break;
    case kModified:
      record.modified_ms = static_cast<std::int64_t>(reader.number());
      break;
    case kSize:
      record.size_bytes = reader.number();
      break;
    case kBlob:
      record.blob = decode_blob(reader.text());
      break;
    case kPartCount:
      record.part_count = static_cast<std::uint32_t>(reader.number());
      break;
    case kEtag:
      record.etag = reader.text();
      break;
    case kOwnerId:
      record.owner_id = reader.text();
      break;
    case kOwnerAccount:
      record.owner_account = reader.text();
      break;
    case kStorageClass:
      record.storage_class = reader.text();
      break;
    case kChecksum:
      record.checksum = decode_checksum(reader.text());
      break;
    case kContentType:
      record.content_type = reader.text();
      break;
    case kCacheControl:
      record.cache_control = reader.text();
      break;
    case kContentDisposition:
      record.content_disposition = reader.text();
      break;
    case kContentEncoding:
      record.content_encoding = reader.text();
      break;
    case kContentLanguage:
      record.content_language = reader.text();
      break;
    case kExpires:
      record.expires = reader.text();
      break;
    case kWebsiteRedirect:
      record.website_redirect = reader.text();
      break;
    default:
      read_state(reader, record);
  }
}

}  // namespace

std::string ObjectRecord::encode() const {
  FieldWriter writer;
  writer.number(kSequence, sequence);
  writer.number(kNullVersion, null_version ? 1 : 0);
  writer.number(kDeleteMarker, delete_marker ? 1 : 0);
  writer.number(kModified, static_cast<std::uint64_t>(modified_ms));
  writer.number(kSize, size_bytes);
  if (blob.id != 0) writer.present(kBlob, blob.encode());
  writer.number(kPartCount, part_count);
  writer.text(kEtag, etag);
  writer.text(kOwnerId, owner_id);
  writer.text(kOwnerAccount, owner_account);
  if (storage_class != "STANDARD") writer.text(kStorageClass, storage_class);
  if (checksum) writer.present(kChecksum, encode_checksum(*checksum));
  writer.text(kContentType, content_type);
  writer.text(kCacheControl, cache_control);
  writer.text(kContentDisposition, content_disposition);
  writer.text(kContentEncoding, content_encoding);
  writer.text(kContentLanguage, content_language);
  writer.text(kExpires, expires);
  writer.text(kWebsiteRedirect, website_redirect);
  for (const auto& [name, value] : metadata) writer.pair(kMetadata, name, value);
  for (const auto& [name, value] : tags) writer.pair(kTag, name, value);
  write_encryption(writer, encryption);
  writer.text(kLockMode, lock.mode);
  writer.number(kRetainUntil, static_cast<std::uint64_t>(lock.retain_until_ms));
  writer.text(kLegalHold, lock.legal_hold);
  if (restore.requested) writer.present(kRestore, encode_restore(restore));
  writer.text(kAcl, acl);
  writer.text(kUploadId, upload_id);
  writer.text(kReplicationStatus, replication_status);
  writer.number(kAnnotationCount, annotation_count);
  writer.text(kAccessTier, access_tier);
  writer.number(kAccessed, static_cast<std::uint64_t>(accessed_ms));
  return writer.take();
}

ObjectRecord ObjectRecord::decode(std::string_view bytes) {
  ObjectRecord record;
  record.null_version = false;
  FieldReader reader(bytes);
  while (reader.next()) read_field(reader, record);
  return record;
}

std::string PartRecord::encode() const {
  FieldWriter writer;
  writer.number(kPartNumber, number);
  writer.number(kPartModified, static_cast<std::uint64_t>(modified_ms));
  if (blob.id != 0) writer.present(kPartBlob, blob.encode());
  writer.number(kPartSize, size_bytes);
  writer.text(kPartMd5, md5);
  if (checksum) writer.present(kPartChecksum, encode_checksum(*checksum));
  if (sent) writer.present(kPartChecksumSent, encode_checksum(*sent));
  writer.text(kPartNonce, nonce);
  return writer.take();
}

PartRecord PartRecord::decode(std::string_view bytes) {
  PartRecord part;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case kPartNumber:
        part.number = static_cast<std::uint32_t>(reader.number());
        break;
      case kPartModified:
        part.modified_ms = static_cast<std::int64_t>(reader.number());
        break;
      case kPartBlob:
        part.blob = decode_blob(reader.text());
        break;
      case kPartSize:
        part.size_bytes = reader.number();
        break;
      case kPartMd5:
        part.md5 = reader.text();
        break;
      case kPartChecksum:
        part.checksum = decode_checksum(reader.text());
        break;
      case kPartChecksumSent:
        part.sent = decode_checksum(reader.text());
        break;
      case kPartNonce:
        part.nonce = reader.text();
        break;
      default:
        break;
    }
  }
  return part;
}

std::string encode_parts(const std::vector<PartRecord>& parts) {
  FieldWriter writer;
  for (const PartRecord& part : parts) writer.present(kPartOfList, part.encode());
  return writer.take();
}

std::vector<PartRecord> decode_parts(std::string_view bytes) {
  std::vector<PartRecord> parts;
  FieldReader reader(bytes);
  while (reader.next()) parts.push_back(PartRecord::decode(reader.text()));
  return parts;
}

std::string UploadRecord::encode() const {
  FieldWriter writer;
  writer.present(kUploadObject, object.encode());
  writer.number(kInitiated, static_cast<std::uint64_t>(initiated_ms));
  writer.text(kInitiatorId, initiator_id);
  writer.text(kInitiatorName, initiator_name);
  writer.number(kChecksumAsked, checksum_asked ? 1 : 0);
  writer.number(kFullObject, full_object ? 1 : 0);
  writer.number(kAlgorithm, static_cast<std::uint64_t>(algorithm));
  writer.number(kOverObject, over_object ? 1 : 0);
  return writer.take();
}

UploadRecord UploadRecord::decode(std::string_view bytes) {
  UploadRecord upload;
  upload.algorithm = checksum::Algorithm::kMd5;  // Its number is zero, which is not written.
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case kUploadObject:
        upload.object = ObjectRecord::decode(reader.text());
        break;
      case kInitiated:
        upload.initiated_ms = static_cast<std::int64_t>(reader.number());
        break;
      case kInitiatorId:
        upload.initiator_id = reader.text();
        break;
      case kInitiatorName:
        upload.initiator_name = reader.text();
        break;
      case kChecksumAsked:
        upload.checksum_asked = true;
        break;
      case kFullObject:
        upload.full_object = true;
        break;
      case kAlgorithm:
        upload.algorithm = static_cast<checksum::Algorithm>(reader.number());
        break;
      case kOverObject:
        upload.over_object = true;
        break;
      default:
        break;
    }
  }
  return upload;
}

}  // namespace cumulite::s3
