#include "emulator/services/dynamodb/item/key_check.h"

#include "emulator/services/dynamodb/errors.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kHashBytesMax = 2048;
constexpr std::size_t kRangeBytesMax = 1024;
constexpr std::size_t kKeyNameBytesMax = 65535;

bool is_empty_text(const AttributeValue& value) {
  return value.type != Type::kN && value.text().empty();
}

}  // namespace

Result<void> check_key_length(const AttributeValue& value, bool hash) {
  if (value.type == Type::kN) return {};
  if (hash && value.text().size() > kHashBytesMax) return errors::hash_key_too_long();
  if (!hash && value.text().size() > kRangeBytesMax) return errors::range_key_too_long();
  return {};
}

Result<void> check_key_attribute(const KeyAttribute& attribute, const AttributeValue& value,
                                 bool hash) {
  if (value.type != attribute.type) return errors::key_not_matching_schema();
  if (is_empty_text(value)) {
    return errors::empty_key_value(attribute.name, value.type == Type::kB);
  }
  return check_key_length(value, hash);
}

Result<void> check_key(const Table& table, const Item& key) {
  if (key.size() != table.key.attributes.size()) return errors::key_not_matching_schema();
  for (std::size_t i = 0; i < table.key.attributes.size(); ++i) {
    const auto& attribute = table.key.attributes[i];
    const auto* value = find(key, attribute.name);
    if (value == nullptr) return errors::key_not_matching_schema();
    CUMULITE_TRY(check_key_attribute(attribute, *value, i < table.key.hash_count));
  }
  return {};
}

Result<void> check_item(const Table& table, const Item& item) {
  for (std::size_t i = 0; i < table.key.attributes.size(); ++i) {
    const auto& attribute = table.key.attributes[i];
    const auto* value = find(item, attribute.name);
    if (value == nullptr) return errors::missing_key(attribute.name);
    if (value->type != attribute.type) {
      return errors::key_type_mismatch(attribute.name, type_name(attribute.type),
                                       type_name(value->type));
    }
    if (is_empty_text(*value)) {
      return errors::empty_key_value(attribute.name, value->type == Type::kB);
    }
    CUMULITE_TRY(check_key_length(*value, i < table.key.hash_count));
  }
  return check_index_keys(table, item);
}

Result<void> check_index_keys(const Table& table, const Item& item) {
  for (const auto& index : table.indexes) {
    for (std::size_t i = 0; i < index.key.attributes.size(); ++i) {
      const auto& attribute = index.key.attributes[i];
      const auto* value = find(item, attribute.name);
      if (value == nullptr) continue;
      if (value->type != attribute.type) {
        return errors::index_key_type_mismatch(attribute.name, type_name(attribute.type),
                                               type_name(value->type), index.name);
      }
      if (is_empty_text(*value)) {
        return errors::empty_index_key_value(attribute.name, value->type == Type::kB, index.name);
      }
      CUMULITE_TRY(check_key_length(*value, i < index.key.hash_count));
    }
  }
  return {};
}

Item key_of(const Table& table, const Item& item) {
  return paging_key(table, nullptr, item);
}

Item paging_key(const Table& table, const Index* index, const Item& item) {
  Item out;
  const auto add = [&](const KeySchema& schema) {
    for (const auto& attribute : schema.attributes) {
      const auto* value = find(item, attribute.name);
      if (value != nullptr && find(std::as_const(out), attribute.name) == nullptr) {
        out.emplace_back(attribute.name, *value);
      }
    }
  };
  add(table.key);
  if (index != nullptr) add(index->key);
  return out;
}

Result<void> check_attribute_names(const Item& item) {
  for (const auto& [name, value] : item) {
    if (name.empty()) return errors::invalid_parameter("Empty attribute name");
    if (name.size() > kKeyNameBytesMax) {
      return errors::invalid_parameter(
          "Attribute name is too large, must be less than 65536 bytes");
    }
  }
  return {};
}

}  // namespace cumulite::dynamodb
