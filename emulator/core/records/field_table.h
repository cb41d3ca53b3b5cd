#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/core/records/fields.h"

/// Rows of tagged fields whose record lists its members once. A record has a
///
///     static void fields(auto& self, auto&& field) {
///       field(1, self.created_ms);
///       field(2, self.description);
///     }
///
/// by which both `encode_fields` and `decode_fields` go. Members are integers, bools and texts; a
/// type of another kind has a `write_field(FieldWriter&, tag, value)` and a
/// `read_field(const FieldReader&, value)` beside it. Zero and empty members are not written.
namespace cumulite {

template <std::integral T>
void write_field(FieldWriter& writer, std::uint8_t tag, T value) {
  writer.number(tag, static_cast<std::uint64_t>(value));
}

inline void write_field(FieldWriter& writer, std::uint8_t tag, const std::string& value) {
  writer.text(tag, value);
}

template <std::integral T>
void read_field(const FieldReader& reader, T& value) {
  value = static_cast<T>(reader.number());
}

inline void read_field(const FieldReader& reader, std::string& value) {
  value = reader.text();
}

template <class Record>
std::string encode_fields(const Record& record) {
  FieldWriter writer;
  Record::fields(record,
                 [&](std::uint8_t tag, const auto& member) { write_field(writer, tag, member); });
  return writer.take();
}

/// Throws storage::StorageError on a corrupt row.
template <class Record>
Record decode_fields(std::string_view bytes) {
  Record record;
  FieldReader reader(bytes);
  while (reader.next()) {
    Record::fields(record, [&](std::uint8_t tag, auto& member) {
      if (tag == reader.tag()) read_field(reader, member);
    });
  }
  return record;
}

}  // namespace cumulite
