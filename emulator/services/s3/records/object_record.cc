#include "emulator/services/s3/records/object_record.h"

#include "emulator/services/s3/records/record_fields.h"

namespace cumulite::s3 {

namespace {

// Tags are never renumbered or given again.

constexpr auto kObjectFields = [](Either<ObjectRecord> auto& self, auto&& field) {
  field(1, self.sequence);
  field(2, self.null_version);
  field(3, self.delete_marker);
  field(4, self.modified_ms);
  field(5, self.size_bytes);
  field(6, self.blob);
  field(7, self.part_count);
  field(8, self.etag);
  field(9, self.owner_id);
  field(10, self.owner_account);
  field(11, Usually{self.storage_class, "STANDARD"});
  field(12, self.checksum);
  field(13, self.content_type);
  field(14, self.cache_control);
  field(15, self.content_disposition);
  field(16, self.content_encoding);
  field(17, self.content_language);
  field(18, self.expires);
  field(19, self.website_redirect);
  field(20, self.metadata);
  field(21, self.tags);
  field(22, Usually{self.encryption.algorithm, "AES256"});
  field(23, self.encryption.kms_key_id);
  field(24, self.encryption.kms_context);
  field(25, self.encryption.bucket_key);
  field(26, self.encryption.customer_key_md5);
  field(34, self.encryption.nonce);
  field(27, self.lock.mode);
  field(28, self.lock.retain_until_ms);
  field(29, self.lock.legal_hold);
  field(30, self.restore);
  field(31, self.acl);
  field(32, self.upload_id);
  field(33, self.replication_status);
  field(35, self.annotation_count);
  field(36, self.access_tier);
  field(37, self.accessed_ms);
};

constexpr auto kRestoreFields = [](Either<RestoreRecord> auto& self, auto&& field) {
  field(1, self.ongoing);
  field(2, self.expiry_ms);
  field(3, self.days);
  field(4, self.tier);
};

constexpr auto kPartFields = [](Either<PartRecord> auto& self, auto&& field) {
  field(1, self.number);
  field(2, self.modified_ms);
  field(3, self.blob);
  field(4, self.size_bytes);
  field(5, self.md5);
  field(6, self.checksum);
  field(7, self.sent);
  field(8, self.nonce);
};

constexpr auto kUploadFields = [](Either<UploadRecord> auto& self, auto&& field) {
  field(1, self.object);
  field(2, self.initiated_ms);
  field(3, self.initiator_id);
  field(4, self.initiator_name);
  field(5, self.checksum_asked);
  field(6, self.full_object);
  field(7, self.algorithm);
  field(8, self.over_object);
};

constexpr std::uint8_t kPartOfList = 1;

[[noreturn]] void corrupt() {
  throw storage::StorageError("an S3 row is corrupt");
}

}  // namespace

void write_field(FieldWriter& writer, std::uint8_t tag, const storage::BlobRef& blob) {
  if (blob.id != 0) writer.present(tag, blob.encode());
}

void read_field(const FieldReader& reader, storage::BlobRef& blob) {
  auto found = storage::BlobRef::decode(reader.text());
  if (!found) corrupt();
  blob = *found;
}

void write_field(FieldWriter& writer, std::uint8_t tag,
                 const std::optional<StoredChecksum>& checksum) {
  if (!checksum) return;
  std::string bytes;
  bytes.push_back(static_cast<char>(checksum->algorithm));
  bytes.push_back(checksum->composite ? '\1' : '\0');
  bytes += checksum->raw;
  writer.present(tag, bytes);
}

void read_field(const FieldReader& reader, std::optional<StoredChecksum>& checksum) {
  const std::string_view bytes = reader.text();
  if (bytes.size() < 2) corrupt();
  checksum = {static_cast<checksum::Algorithm>(bytes[0]), std::string(bytes.substr(2)),
              bytes[1] != '\0'};
}

void write_field(FieldWriter& writer, std::uint8_t tag, const RestoreRecord& restore) {
  if (restore.requested) writer.present(tag, write_fields(restore, kRestoreFields));
}

void read_field(const FieldReader& reader, RestoreRecord& restore) {
  restore = {};
  restore.requested = true;
  read_fields(reader.text(), restore, kRestoreFields);
}

void write_field(FieldWriter& writer, std::uint8_t tag, const ObjectRecord& object) {
  writer.present(tag, object.encode());
}

void read_field(const FieldReader& reader, ObjectRecord& object) {
  object = ObjectRecord::decode(reader.text());
}

std::string ObjectRecord::encode() const {
  return write_fields(*this, kObjectFields);
}

ObjectRecord ObjectRecord::decode(std::string_view bytes) {
  ObjectRecord record;
  record.null_version = false;  // Like all that is false, it is not written.
  read_fields(bytes, record, kObjectFields);
  return record;
}

std::string PartRecord::encode() const {
  return write_fields(*this, kPartFields);
}

PartRecord PartRecord::decode(std::string_view bytes) {
  PartRecord part;
  read_fields(bytes, part, kPartFields);
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
  return write_fields(*this, kUploadFields);
}

UploadRecord UploadRecord::decode(std::string_view bytes) {
  UploadRecord upload;
  upload.algorithm = checksum::Algorithm::kMd5;  // Its number is zero, which is not written.
  read_fields(bytes, upload, kUploadFields);
  return upload;
}

}  // namespace cumulite::s3
