#pragma once

#include <vector>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/item/value.h"
#include "protocol/result.h"

namespace cumulite::dynamodb::expression {

/// The value at the path, or null.
const AttributeValue* resolve(const Path& path, const Binding& binding, const Item& item);

/// True if the item satisfies the condition. Pure; copies nothing of the item.
bool matches(const Condition& condition, const Binding& binding, const Item& item);

inline bool matches(const BoundCondition& condition, const Item& item) {
  return matches(condition.parsed->root, condition.binding, item);
}

/// Whether `container` contains `element`: substring, set member or list element.
bool contains(const AttributeValue& container, const AttributeValue& element);
/// Both strings or both binaries, and the first starts with the second.
bool begins_with(const AttributeValue& value, const AttributeValue& prefix);
/// `a comparator b`; values of different types are only ever unequal.
bool compare(Comparator comparator, const AttributeValue* a, const AttributeValue* b);

/// Applies the update to the item in place. All right sides see the item as it was. Errors:
/// ValidationException for missing operands, wrong types, invalid paths, numbers out of range.
Result<void> apply(const BoundUpdate& update, Item& item);

}  // namespace cumulite::dynamodb::expression
