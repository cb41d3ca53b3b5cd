#include "emulator/services/glacier/records.h"

#include "emulator/core/records/field_table.h"
#include "emulator/core/records/shape_codec.h"

// Found by their arguments, so they stand in the namespaces of those (and static: a lookup by
// arguments does not see into an unnamed namespace).
namespace cumulite::storage {

// A body is written also when there is none: its text says so.
static void write_field(FieldWriter& writer, std::uint8_t tag, const BlobRef& blob) {
  writer.present(tag, blob.encode());
}

static void read_field(const FieldReader& reader, BlobRef& blob) {
  const auto read = BlobRef::decode(reader.text());
  if (!read) throw StorageError("a row names no body");
  blob = *read;
}

}  // namespace cumulite::storage

namespace cumulite::api::glacier {

static const model::Shape& job_shape() {
  return *op::DescribeJob::info().output;
}

static void write_field(FieldWriter& writer, std::uint8_t tag, const GlacierJobDescription& job) {
  writer.text(tag, encode_shape(job_shape(), &job));
}

static void read_field(const FieldReader& reader, GlacierJobDescription& job) {
  decode_shape(job_shape(), reader.text(), &job);
}

}  // namespace cumulite::api::glacier

namespace cumulite::glacier {

// Tags are what is on disk: a member keeps its own, and one that goes leaves a gap.
void VaultRecord::fields(auto& self, auto&& field) {
  field(1, self.created_ms);
  field(2, self.archives);
  field(3, self.size_bytes);
  field(4, self.written_ms);
  field(5, self.inventory_ms);
  field(6, self.inventory_archives);
  field(7, self.inventory_due);
  field(8, self.jobs);
}

void ArchiveRecord::fields(auto& self, auto&& field) {
  field(1, self.created_ms);
  field(2, self.size_bytes);
  field(3, self.description);
  field(4, self.tree_hash);
  field(5, self.blob);
  field(6, self.parts);
}

void UploadRecord::fields(auto& self, auto&& field) {
  field(1, self.created_ms);
  field(2, self.active_ms);
  field(3, self.part_size_bytes);
  field(4, self.description);
}

void PartRecord::fields(auto& self, auto&& field) {
  field(1, self.blob);
  field(2, self.tree_hash);
}

void JobRecord::fields(auto& self, auto&& field) {
  field(1, self.description);
  field(2, self.number);
  field(3, self.due_ms);
  field(4, self.expires_ms);
  field(5, self.range_offset);
  field(6, self.range_length);
  field(7, self.archive_description);
}

void UsageRecord::fields(auto& self, auto&& field) {
  field(1, self.hour_begun_ms);
  field(2, self.hour_bytes);
  field(3, self.month);
  field(4, self.month_bytes);
  field(5, self.expedited_jobs);
}

std::string VaultRecord::encode() const {
  return encode_fields(*this);
}

VaultRecord VaultRecord::decode(std::string_view bytes) {
  return decode_fields<VaultRecord>(bytes);
}

std::string ArchiveRecord::encode() const {
  return encode_fields(*this);
}

ArchiveRecord ArchiveRecord::decode(std::string_view bytes) {
  return decode_fields<ArchiveRecord>(bytes);
}

std::string UploadRecord::encode() const {
  return encode_fields(*this);
}

UploadRecord UploadRecord::decode(std::string_view bytes) {
  return decode_fields<UploadRecord>(bytes);
}

std::string PartRecord::encode() const {
  return encode_fields(*this);
}

PartRecord PartRecord::decode(std::string_view bytes) {
  return decode_fields<PartRecord>(bytes);
}

std::string JobRecord::encode() const {
  return encode_fields(*this);
}

JobRecord JobRecord::decode(std::string_view bytes) {
  return decode_fields<JobRecord>(bytes);
}

std::string UsageRecord::encode() const {
  return encode_fields(*this);
}

UsageRecord UsageRecord::decode(std::string_view bytes) {
  return decode_fields<UsageRecord>(bytes);
}

std::string encode_blobs(const Blobs& blobs) {
  FieldWriter writer;
  for (const storage::BlobRef& blob : blobs) write_field(writer, 1, blob);
  return writer.take();
}

Blobs decode_blobs(std::string_view bytes) {
  Blobs blobs;
  FieldReader reader(bytes);
  while (reader.next()) read_field(reader, blobs.emplace_back());
  return blobs;
}

}  // namespace cumulite::glacier
