#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "emulator/core/records/field_table.h"
#include "emulator/services/s3/records/object_record.h"

/// How the members of S3's records are written. A record lists them once, for both directions:
///
///     constexpr auto kPartFields = [](Either<PartRecord> auto& self, auto&& field) {
///       field(1, self.number);
///     };
///
/// by which write_fields and read_fields go.
namespace cumulite::s3 {

/// The record to read from, or to fill.
template <class T, class Record>
concept Either = std::same_as<std::remove_const_t<T>, Record>;

/// A text that is not written while it is the usual one.
template <class Text>
struct Usually {
  Text& text;
  std::string_view usual;
};

template <class Text>
Usually(Text&, const char*) -> Usually<Text>;

template <class Text>
void write_field(FieldWriter& writer, std::uint8_t tag, const Usually<Text>& member) {
  if (member.text != member.usual) writer.present(tag, member.text);
}

template <class Text>
void read_field(const FieldReader& reader, const Usually<Text>& member) {
  member.text = reader.text();
}

template <class Enum>
requires std::is_enum_v<Enum>

void write_field(FieldWriter& writer, std::uint8_t tag, Enum value) {
  writer.number(tag, static_cast<std::uint64_t>(value));
}

template <class Enum>
requires std::is_enum_v<Enum>

void read_field(const FieldReader& reader, Enum& value) {
  value = static_cast<Enum>(reader.number());
}

void write_field(FieldWriter& writer, std::uint8_t tag, const storage::BlobRef& blob);
void read_field(const FieldReader& reader, storage::BlobRef& blob);
void write_field(FieldWriter& writer, std::uint8_t tag,
                 const std::optional<StoredChecksum>& checksum);
void read_field(const FieldReader& reader, std::optional<StoredChecksum>& checksum);
void write_field(FieldWriter& writer, std::uint8_t tag, const RestoreRecord& restore);
void read_field(const FieldReader& reader, RestoreRecord& restore);
void write_field(FieldWriter& writer, std::uint8_t tag, const ObjectRecord& object);
void read_field(const FieldReader& reader, ObjectRecord& object);

template <class Record, class Fields>
std::string write_fields(const Record& record, Fields&& each) {
  FieldWriter writer;
  each(record, [&](std::uint8_t tag, const auto& member) { write_field(writer, tag, member); });
  return writer.take();
}

/// Once through the list for a row whose fields are in its order, as they were written: a listing
/// reads a thousand rows. Fields in another order take more rounds, those of a newer build none.
template <class Record, class Fields>
void read_fields(std::string_view bytes, Record& record, Fields&& each) {
  FieldReader reader(bytes);
  bool more = reader.next();
  while (more) {
    bool is_known = false;
    each(record, [&](std::uint8_t tag, auto&& member) {
      while (more && reader.tag() == tag) {
        is_known = true;
        read_field(reader, member);
        more = reader.next();
      }
    });
    if (!is_known) more = reader.next();
  }
}

}  // namespace cumulite::s3
