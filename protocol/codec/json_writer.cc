#include "protocol/codec/json_writer.h"

#include <array>
#include <cmath>

#include "protocol/codec/base64.h"
#include "protocol/codec/scalar.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::codec {
namespace {

using model::Kind;
using model::Member;
using model::Shape;
using model::TimestampFormat;

/// What follows the backslash for each byte: 0 for none, 'u' for the four-digit form.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

/// What becomes of absent members.
enum class Absent { kOmitted, kNull };

template <Absent kAbsent>
void write_value(const Shape& shape, TimestampFormat format, const void* value, std::string& out);

void write_timestamp(const Shape& shape, TimestampFormat member_format, const void* value,
                     std::string& out) {
  const auto time = *static_cast<const model::Timestamp*>(value);
  const auto format = timestamp_format(member_format, shape, TimestampFormat::kUnix);
  if (format == TimestampFormat::kUnix) return append_epoch(time, out);
  out += '"';
  append_scalar(shape, format, time.ms % 1000 != 0, value, out);
  out += '"';
}

void write_double(double value, std::string& out) {
  const bool quoted = !std::isfinite(value);
  if (quoted) out += '"';
  append_double(value, out);
  if (quoted) out += '"';
}

template <Absent kAbsent>
void write_members(const Shape& shape, const void* value, bool body_only, std::string& out) {
  out += '{';
  bool first = true;
  for (const Member& member : shape.members) {
    if (body_only && member.location != model::Location::kBody) continue;
    if (member.streaming || member.event_stream) continue;
    const void* inner = member.ops->get(static_cast<const char*>(value) + member.offset);
    if (inner == nullptr && kAbsent == Absent::kOmitted) continue;
    if (!first) out += ',';
    first = false;
    out += '"';
    out += member.wire_name;
    out += "\":";
    if (inner == nullptr) {
      out += "null";
    } else {
      write_value<kAbsent>(*member.shape, member.timestamp_format, inner, out);
    }
  }
  out += '}';
}

template <Absent kAbsent>
void write_list(const Shape& shape, const void* value, std::string& out) {
  out += '[';
  const std::size_t size = shape.list->size(value);
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    write_value<kAbsent>(*shape.element, TimestampFormat::kDefault, shape.list->at(value, i), out);
  }
  out += ']';
}

template <Absent kAbsent>
void write_map(const Shape& shape, const void* value, std::string& out) {
  out += '{';
  const std::size_t size = shape.map->size(value);
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    append_json_string(shape.map->key(value, i), out);
    out += ':';
    write_value<kAbsent>(*shape.element, TimestampFormat::kDefault, shape.map->value(value, i),
                         out);
  }
  out += '}';
}

template <Absent kAbsent>
void write_value(const Shape& shape, TimestampFormat format, const void* value, std::string& out) {
  switch (shape.kind) {
    case Kind::kString:
      return append_json_string(*static_cast<const std::string*>(value), out);
    case Kind::kBlob:
      out += '"';
      out += base64_encode(*static_cast<const std::string*>(value));
      out += '"';
      return;
    case Kind::kTimestamp:
      return write_timestamp(shape, format, value, out);
    case Kind::kFloat:
    case Kind::kDouble:
      return write_double(*static_cast<const double*>(value), out);
    case Kind::kList:
      return write_list<kAbsent>(shape, value, out);
    case Kind::kMap:
      return write_map<kAbsent>(shape, value, out);
    case Kind::kStructure:
      return write_members<kAbsent>(shape, value, false, out);
    case Kind::kCustom:
      return shape.custom->write_json(value, out);
    default:
      return append_scalar(shape, format, false, value, out);
  }
}

template <Absent kAbsent>
void write_document(const Shape& shape, const void* value, bool body_only, std::string& out) {
  if (shape.kind == Kind::kStructure) {
    write_members<kAbsent>(shape, value, body_only, out);
  } else {
    write_value<kAbsent>(shape, TimestampFormat::kDefault, value, out);
  }
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t clean_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = kEscapes[byte];
    if (escape == 0) continue;
    out.append(text, clean_from, i - clean_from);
    clean_from = i + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      out += "00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  out.append(text, clean_from, text.size() - clean_from);
  out += '"';
}

void write_json(const Shape& shape, const void* value, bool body_only, std::string& out) {
  write_document<Absent::kOmitted>(shape, value, body_only, out);
}

void write_json_with_nulls(const Shape& shape, const void* value, bool body_only,
                           std::string& out) {
  write_document<Absent::kNull>(shape, value, body_only, out);
}

}  // namespace cumulite::codec
