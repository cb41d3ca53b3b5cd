#pragma once

#include <string>
#include <string_view>

#include "protocol/codec/attribute_value.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

using AttributeValue = ::cumulite::api::AttributeValue;
using Type = AttributeValue::Type;
/// An item or a key: attributes in the order in which they were written.
using Item = ::cumulite::api::AttributeMap;

inline constexpr std::size_t kItemBytesMax = 400 * 1024;
inline constexpr int kNestingMax = 32;

/// "S", "NS", "BOOL", ...
std::string_view type_name(Type type);

/// Checks a value as DynamoDB does on input (sets not empty and without duplicates, nesting) and
/// brings its numbers into normal form.
Result<void> normalize(AttributeValue& value, int depth = 1);
Result<void> normalize(Item& item);
/// Only the limit on nesting; for items that an update made of valid parts.
Result<void> check_nesting(const Item& item, int depth = 1);
/// Copies, then normalizes.
Result<Item> normalized(const Item& item);

AttributeValue make_string(std::string text);
AttributeValue make_number(std::string normal);

/// DynamoDB's equality: sets and maps regardless of order, numbers by value (normal form).
bool equal(const AttributeValue& a, const AttributeValue& b);
bool equal(const Item& a, const Item& b);
/// Order of two values of one scalar type (S, N, B): negative, 0, positive.
int compare_scalars(const AttributeValue& a, const AttributeValue& b);
bool is_scalar_key_type(Type type);  ///< S, N or B.

/// Size arithmetic of the documentation: names, contents, three bytes and one an element for lists
/// and maps.
std::size_t size_bytes(const AttributeValue& value);
std::size_t size_bytes(const Item& item);

const AttributeValue* find(const Item& item, std::string_view name);
AttributeValue* find(Item& item, std::string_view name);
void set(Item& item, std::string_view name, AttributeValue value);
/// False if it was not there.
bool erase(Item& item, std::string_view name);

/// "{S:abc}" as DynamoDB prints values inside error messages.
std::string render(const AttributeValue& value);
/// The item as JSON, for error fields and stream records.
std::string to_json(const Item& item);

}  // namespace cumulite::dynamodb
