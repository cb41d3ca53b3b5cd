#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/records/fields.h"

/// Rows of tagged fields whose record lists its members once. A record has a
///
///     static void fields(auto& self, auto&& field) {
///       field(1, self.created_ms);
///       field(2, self.description);
///     }
///
/// by which both `encode_fields` and `decode_fields` go. Members are integers, bools, texts, other
/// records with such a list, pairs of texts, and vectors of these; a type of another kind has a
/// `write_field(FieldWriter&, tag, value)` and a `read_field(const FieldReader&, value)` beside it.
/// What is zero or empty is not written, in a vector neither.
namespace cumulite {

template <class T>
concept FieldRecord = requires(const T& record) {
  T::fields(record, [](std::uint8_t, const auto&) {});
};

template <std::integral T>
void write_field(FieldWriter& writer, std::uint8_t tag, T value) {
  writer.number(tag, static_cast<std::uint64_t>(value));
}

inline void write_field(FieldWriter& writer, std::uint8_t tag, const std::string& value) {
  writer.text(tag, value);
}

inline void write_field(FieldWriter& writer, std::uint8_t tag,
                        const std::pair<std::string, std::string>& value) {
  writer.pair(tag, value.first, value.second);
}

template <FieldRecord Record>
std::string encode_fields(const Record& record) {
  FieldWriter writer;
  Record::fields(record,
                 [&](std::uint8_t tag, const auto& member) { write_field(writer, tag, member); });
  return writer.take();
}

template <FieldRecord Record>
void write_field(FieldWriter& writer, std::uint8_t tag, const Record& value) {
  writer.text(tag, encode_fields(value));
}

template <class T>
void write_field(FieldWriter& writer, std::uint8_t tag, const std::vector<T>& values) {
  for (const T& value : values) write_field(writer, tag, value);
}

template <std::integral T>
void read_field(const FieldReader& reader, T& value) {
  value = static_cast<T>(reader.number());
}

inline void read_field(const FieldReader& reader, std::string& value) {
  value = reader.text();
}

inline void read_field(const FieldReader& reader, std::pair<std::string, std::string>& value) {
  value = reader.pair();
}

/// Throws storage::StorageError on a corrupt row.
template <FieldRecord Record>
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

template <FieldRecord Record>
void read_field(const FieldReader& reader, Record& value) {
  value = decode_fields<Record>(reader.text());
}

template <class T>
void read_field(const FieldReader& reader, std::vector<T>& values) {
  read_field(reader, values.emplace_back());
}

}  // namespace cumulite
