#include "emulator/services/dynamodb/item/item_codec.h"

#include "storage/kv/store.h"

namespace cumulite::dynamodb {
namespace {

void append_varint(std::string& out, std::size_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out += text;
}

void append_value(std::string& out, const AttributeValue& value);

void append_map(std::string& out, const Item& map) {
  append_varint(out, map.size());
  for (const auto& [name, element] : map) {
    append_text(out, name);
    append_value(out, element);
  }
}

// A tag byte: the type, with a boolean's value in the high bit.
constexpr unsigned kTrueBit = 0x80;

void append_value(std::string& out, const AttributeValue& value) {
  auto tag = static_cast<unsigned>(value.type);
  if (value.type == Type::kBool && value.boolean()) tag |= kTrueBit;
  out += static_cast<char>(tag);
  switch (value.type) {
    case Type::kS:
    case Type::kN:
    case Type::kB:
      append_text(out, value.text());
      break;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      append_varint(out, value.set().size());
      for (const auto& element : value.set()) append_text(out, element);
      break;
    case Type::kL:
      append_varint(out, value.list().size());
      for (const auto& element : value.list()) append_value(out, element);
      break;
    case Type::kM:
      append_map(out, value.map());
      break;
    case Type::kNull:
    case Type::kBool:
      break;
  }
}

/// Reads from the front of the bytes; a row that ends early is corrupt.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t varint() {
    std::size_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::size_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    corrupt();
  }

  std::string_view text() { return take(varint()); }

  Item map() {
    const std::size_t count = varint();
    if (count > bytes_.size()) corrupt();
    Item out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      auto& entry = out.emplace_back();
      entry.first.assign(text());
      value(entry.second);
    }
    return out;
  }

 private:
  [[noreturn]] static void corrupt() { throw storage::StorageError("corrupt DynamoDB item row"); }

  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) corrupt();
    const std::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }

  void value(AttributeValue& out) {
    const auto tag = static_cast<unsigned char>(take(1)[0]);
    const unsigned type = tag & ~kTrueBit;
    if (type > static_cast<unsigned>(Type::kBool)) corrupt();
    out.type = static_cast<Type>(type);
    switch (out.type) {
      case Type::kS:
      case Type::kN:
      case Type::kB:
        out.value.emplace<std::string>(text());
        break;
      case Type::kSS:
      case Type::kNS:
      case Type::kBS: {
        auto& set = out.value.emplace<std::vector<std::string>>();
        for (std::size_t left = varint(); left > 0; --left) set.emplace_back(text());
        break;
      }
      case Type::kL: {
        auto& list = out.value.emplace<AttributeValue::List>();
        for (std::size_t left = varint(); left > 0; --left) value(list.emplace_back());
        break;
      }
      case Type::kM:
        out.value.emplace<AttributeValue::Map>(map());
        break;
      case Type::kBool:
        out.value.emplace<bool>((tag & kTrueBit) != 0);
        break;
      case Type::kNull:
        break;
    }
  }

  std::string_view bytes_;
};

}  // namespace

std::string encode_item(const Item& item, std::size_t size) {
  std::string out;
  out.reserve(size + 4 * item.size() + 8);
  append_varint(out, size);
  append_map(out, item);
  return out;
}

Item decode_item(std::string_view bytes) {
  Reader reader(bytes);
  reader.varint();
  return reader.map();
}

std::size_t encoded_size_bytes(std::string_view bytes) {
  return Reader(bytes).varint();
}

}  // namespace cumulite::dynamodb
