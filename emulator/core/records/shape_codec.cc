#include "emulator/core/records/shape_codec.h"

#include <cstdlib>
#include <cstring>

#include "emulator/core/records/fields.h"
#include "storage/kv/store.h"

namespace cumulite {

namespace {

using model::Kind;
using model::Shape;

constexpr std::uint8_t kField = 1;

template <class T>
std::string bytes_of(const void* value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), value, sizeof(T));
  return bytes;
}

template <class T>
void from_bytes(std::string_view bytes, void* value) {
  if (bytes.size() != sizeof(T)) throw storage::StorageError("a row is corrupt");
  std::memcpy(value, bytes.data(), sizeof(T));
}

std::string encode_structure(const Shape& shape, const void* value) {
  FieldWriter writer;
  for (const model::Member& member : shape.members) {
    const void* storage = static_cast<const char*>(value) + member.offset;
    if (const void* present = member.ops->get(storage)) {
      writer.pair(kField, member.name, encode_shape(*member.shape, present));
    }
  }
  return writer.take();
}

void decode_structure(const Shape& shape, std::string_view bytes, void* value) {
  FieldReader reader(bytes);
  while (reader.next()) {
    const auto [name, content] = reader.pair();
    for (const model::Member& member : shape.members) {
      if (member.name != name) continue;
      void* storage = static_cast<char*>(value) + member.offset;
      decode_shape(*member.shape, content, member.ops->emplace(storage));
    }
  }
}

}  // namespace

std::string encode_shape(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case Kind::kBoolean:
      return bytes_of<bool>(value);
    case Kind::kInteger:
      return bytes_of<std::int32_t>(value);
    case Kind::kLong:
      return bytes_of<std::int64_t>(value);
    case Kind::kFloat:
    case Kind::kDouble:
      return bytes_of<double>(value);
    case Kind::kTimestamp:
      return bytes_of<std::int64_t>(value);
    case Kind::kString:
    case Kind::kBlob:
      return *static_cast<const std::string*>(value);
    case Kind::kStructure:
      return encode_structure(shape, value);
    case Kind::kList: {
      FieldWriter writer;
      for (std::size_t i = 0; i < shape.list->size(value); ++i) {
        writer.present(kField, encode_shape(*shape.element, shape.list->at(value, i)));
      }
      return writer.take();
    }
    case Kind::kMap: {
      FieldWriter writer;
      for (std::size_t i = 0; i < shape.map->size(value); ++i) {
        writer.pair(kField, shape.map->key(value, i),
                    encode_shape(*shape.element, shape.map->value(value, i)));
      }
      return writer.take();
    }
    case Kind::kCustom:
      break;
  }
  std::abort();  // No stored struct has a hand-written shape.
}

void decode_shape(const Shape& shape, std::string_view bytes, void* value) {
  switch (shape.kind) {
    case Kind::kBoolean:
      return from_bytes<bool>(bytes, value);
    case Kind::kInteger:
      return from_bytes<std::int32_t>(bytes, value);
    case Kind::kLong:
      return from_bytes<std::int64_t>(bytes, value);
    case Kind::kFloat:
    case Kind::kDouble:
      return from_bytes<double>(bytes, value);
    case Kind::kTimestamp:
      return from_bytes<std::int64_t>(bytes, value);
    case Kind::kString:
    case Kind::kBlob:
      static_cast<std::string*>(value)->assign(bytes);
      return;
    case Kind::kStructure:
      return decode_structure(shape, bytes, value);
    case Kind::kList: {
      FieldReader reader(bytes);
      while (reader.next()) decode_shape(*shape.element, reader.text(), shape.list->append(value));
      return;
    }
    case Kind::kMap: {
      FieldReader reader(bytes);
      while (reader.next()) {
        auto [key, content] = reader.pair();
        decode_shape(*shape.element, content, shape.map->append(value, std::move(key)));
      }
      return;
    }
    case Kind::kCustom:
      break;
  }
  std::abort();
}

const Shape& input_member_shape(const model::Operation& operation, std::string_view member) {
  for (const model::Member& candidate : operation.input->members) {
    if (candidate.name == member) return *candidate.shape;
  }
  std::abort();  // A name that the model does not have is a defect of the caller.
}

}  // namespace cumulite
