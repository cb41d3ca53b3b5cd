#include "emulator/services/logs/records.h"

#include "emulator/core/records/field_table.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/store.h"

namespace cumulite::logs {
// Tags are what is on disk: a member keeps its own, and one that goes leaves a gap.
void Group::fields(auto& self, auto&& field) {
  field(1, self.created_ms);
  field(2, self.retention_days);
  field(3, self.sweeps);
  field(4, self.is_protected);
  field(5, self.group_class);
  field(6, self.kms_key_id);
  field(7, self.tags);
}

void Stream::fields(auto& self, auto&& field) {
  field(1, self.created_ms);
  field(8, self.first_event_ms);
  field(9, self.last_event_ms);
  field(10, self.last_ingestion_ms);
  field(11, self.events);
}

std::string encode_group(const Group& group) {
  return encode_fields(group);
}

Group decode_group(std::string_view bytes) {
  return decode_fields<Group>(bytes);
}

std::string encode_stream(const Stream& stream) {
  return encode_fields(stream);
}

Stream decode_stream(std::string_view bytes) {
  return decode_fields<Stream>(bytes);
}

std::string encode_event(const Event& event) {
  std::string bytes;
  storage::append_i64(bytes, event.ingested_ms);
  return bytes.append(event.message);
}

Event decode_event(std::string_view bytes) {
  const auto ingested = storage::take_i64(bytes);
  if (!ingested) throw storage::StorageError("a row of a log event is corrupt");
  return {*ingested, std::string(bytes)};
}

}  // namespace cumulite::logs
