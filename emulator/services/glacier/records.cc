#include "emulator/services/glacier/records.h"

#include "emulator/core/records/fields.h"
#include "emulator/core/records/shape_codec.h"

namespace cumulite::glacier {

namespace {

std::uint64_t unsigned_of(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

std::int64_t signed_of(const FieldReader& reader) {
  return static_cast<std::int64_t>(reader.number());
}

storage::BlobRef blob_of(std::string_view bytes) {
  const auto blob = storage::BlobRef::decode(bytes);
  if (!blob) throw storage::StorageError("a row names no body");
  return *blob;
}

const model::Shape& job_shape() {
  return *api::op::DescribeJob::info().output;
}

}  // namespace

std::string VaultRecord::encode() const {
  FieldWriter writer;
  writer.number(1, unsigned_of(created_ms));
  writer.number(2, archives);
  writer.number(3, size_bytes);
  writer.number(4, unsigned_of(written_ms));
  writer.number(5, unsigned_of(inventory_ms));
  writer.number(6, inventory_archives);
  writer.number(7, inventory_due ? 1 : 0);
  writer.number(8, jobs);
  return writer.take();
}

VaultRecord VaultRecord::decode(std::string_view bytes) {
  VaultRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        record.created_ms = signed_of(reader);
        break;
      case 2:
        record.archives = reader.number();
        break;
      case 3:
        record.size_bytes = reader.number();
        break;
      case 4:
        record.written_ms = signed_of(reader);
        break;
      case 5:
        record.inventory_ms = signed_of(reader);
        break;
      case 6:
        record.inventory_archives = reader.number();
        break;
      case 7:
        record.inventory_due = reader.number() != 0;
        break;
      case 8:
        record.jobs = reader.number();
        break;
      default:
        break;
    }
  }
  return record;
}

std::string ArchiveRecord::encode() const {
  FieldWriter writer;
  writer.number(1, unsigned_of(created_ms));
  writer.number(2, size_bytes);
  writer.text(3, description);
  writer.text(4, tree_hash);
  writer.present(5, blob.encode());
  writer.number(6, parts);
  return writer.take();
}

ArchiveRecord ArchiveRecord::decode(std::string_view bytes) {
  ArchiveRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        record.created_ms = signed_of(reader);
        break;
      case 2:
        record.size_bytes = reader.number();
        break;
      case 3:
        record.description = reader.text();
        break;
      case 4:
        record.tree_hash = reader.text();
        break;
      case 5:
        record.blob = blob_of(reader.text());
        break;
      case 6:
        record.parts = static_cast<std::uint32_t>(reader.number());
        break;
      default:
        break;
    }
  }
  return record;
}

std::string UploadRecord::encode() const {
  FieldWriter writer;
  writer.number(1, unsigned_of(created_ms));
  writer.number(2, unsigned_of(active_ms));
  writer.number(3, part_size_bytes);
  writer.text(4, description);
  return writer.take();
}

UploadRecord UploadRecord::decode(std::string_view bytes) {
  UploadRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        record.created_ms = signed_of(reader);
        break;
      case 2:
        record.active_ms = signed_of(reader);
        break;
      case 3:
        record.part_size_bytes = reader.number();
        break;
      case 4:
        record.description = reader.text();
        break;
      default:
        break;
    }
  }
  return record;
}

std::string PartRecord::encode() const {
  FieldWriter writer;
  writer.present(1, blob.encode());
  writer.text(2, tree_hash);
  return writer.take();
}

PartRecord PartRecord::decode(std::string_view bytes) {
  PartRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == 1) record.blob = blob_of(reader.text());
    if (reader.tag() == 2) record.tree_hash = reader.text();
  }
  return record;
}

std::string JobRecord::encode() const {
  FieldWriter writer;
  writer.text(1, encode_shape(job_shape(), &description));
  writer.number(2, number);
  writer.number(3, unsigned_of(due_ms));
  writer.number(4, unsigned_of(expires_ms));
  writer.number(5, range_offset);
  writer.number(6, range_length);
  writer.text(7, archive_description);
  return writer.take();
}

JobRecord JobRecord::decode(std::string_view bytes) {
  JobRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        decode_shape(job_shape(), reader.text(), &record.description);
        break;
      case 2:
        record.number = reader.number();
        break;
      case 3:
        record.due_ms = signed_of(reader);
        break;
      case 4:
        record.expires_ms = signed_of(reader);
        break;
      case 5:
        record.range_offset = reader.number();
        break;
      case 6:
        record.range_length = reader.number();
        break;
      case 7:
        record.archive_description = reader.text();
        break;
      default:
        break;
    }
  }
  return record;
}

std::string UsageRecord::encode() const {
  FieldWriter writer;
  writer.number(1, unsigned_of(hour));
  writer.number(2, hour_bytes);
  writer.number(3, unsigned_of(month));
  writer.number(4, month_bytes);
  writer.number(5, expedited_jobs);
  return writer.take();
}

UsageRecord UsageRecord::decode(std::string_view bytes) {
  UsageRecord record;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        record.hour = signed_of(reader);
        break;
      case 2:
        record.hour_bytes = reader.number();
        break;
      case 3:
        record.month = signed_of(reader);
        break;
      case 4:
        record.month_bytes = reader.number();
        break;
      case 5:
        record.expedited_jobs = reader.number();
        break;
      default:
        break;
    }
  }
  return record;
}

std::string encode_blobs(const Blobs& blobs) {
  FieldWriter writer;
  for (const storage::BlobRef& blob : blobs) writer.present(1, blob.encode());
  return writer.take();
}

Blobs decode_blobs(std::string_view bytes) {
  Blobs blobs;
  FieldReader reader(bytes);
  while (reader.next()) blobs.push_back(blob_of(reader.text()));
  return blobs;
}

}  // namespace cumulite::glacier
