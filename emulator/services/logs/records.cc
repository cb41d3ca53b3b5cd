#include "emulator/services/logs/records.h"

#include "emulator/core/records/fields.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/store.h"

namespace cumulite::logs {
namespace {

enum Tag : std::uint8_t {
  kCreated = 1,
  kRetention,
  kSweeps,
  kProtected,
  kClass,
  kKey,
  kTagPair,
  kFirst,
  kLast,
  kIngested,
  kEvents,
};

std::uint64_t unsigned_of(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

std::int64_t signed_of(const FieldReader& reader) {
  return static_cast<std::int64_t>(reader.number());
}

}  // namespace

std::string encode_group(const Group& group) {
  FieldWriter writer;
  writer.number(kCreated, unsigned_of(group.created_ms));
  writer.number(kRetention, unsigned_of(group.retention_days));
  writer.number(kSweeps, group.sweeps ? 1 : 0);
  writer.number(kProtected, group.is_protected ? 1 : 0);
  writer.text(kClass, group.group_class);
  writer.text(kKey, group.kms_key_id);
  for (const auto& [name, value] : group.tags) writer.pair(kTagPair, name, value);
  return writer.take();
}

Group decode_group(std::string_view bytes) {
  Group group;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case kCreated:
        group.created_ms = signed_of(reader);
        break;
      case kRetention:
        group.retention_days = static_cast<std::int32_t>(reader.number());
        break;
      case kSweeps:
        group.sweeps = reader.number() != 0;
        break;
      case kProtected:
        group.is_protected = reader.number() != 0;
        break;
      case kClass:
        group.group_class = reader.text();
        break;
      case kKey:
        group.kms_key_id = reader.text();
        break;
      case kTagPair:
        group.tags.push_back(reader.pair());
        break;
      default:
        break;
    }
  }
  return group;
}

std::string encode_stream(const Stream& stream) {
  FieldWriter writer;
  writer.number(kCreated, unsigned_of(stream.created_ms));
  writer.number(kFirst, unsigned_of(stream.first_event_ms));
  writer.number(kLast, unsigned_of(stream.last_event_ms));
  writer.number(kIngested, unsigned_of(stream.last_ingestion_ms));
  writer.number(kEvents, stream.events);
  return writer.take();
}

Stream decode_stream(std::string_view bytes) {
  Stream stream;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case kCreated:
        stream.created_ms = signed_of(reader);
        break;
      case kFirst:
        stream.first_event_ms = signed_of(reader);
        break;
      case kLast:
        stream.last_event_ms = signed_of(reader);
        break;
      case kIngested:
        stream.last_ingestion_ms = signed_of(reader);
        break;
      case kEvents:
        stream.events = reader.number();
        break;
      default:
        break;
    }
  }
  return stream;
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
