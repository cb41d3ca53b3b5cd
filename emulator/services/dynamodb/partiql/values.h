#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/partiql/syntax.h"

namespace cumulite::dynamodb::partiql {

using Parameters = std::vector<AttributeValue>;

/// The values of a statement's question marks, normalized. They are checked before the statement is
/// read. Errors: those of attribute values, the first in the order of the document.
Result<Parameters> read_parameters(const std::optional<std::vector<AttributeValue>>& given);

/// Whether the expression is a value that does not depend on an item.
bool is_constant(const Node& node);

/// Its value. Errors: numbers that DynamoDB cannot hold, sets that are none, nesting, each with its
/// place below "root"; a parameter inside a collection.
Result<AttributeValue> constant(const Node& node, const Parameters& parameters);

/// The item of an INSERT: each attribute's value is a root of its own.
Result<Item> constant_item(const Node& node, const Parameters& parameters);

}  // namespace cumulite::dynamodb::partiql
