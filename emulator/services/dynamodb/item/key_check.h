#pragma once

#include "emulator/services/dynamodb/item/value.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// A primary key as a request gives it: exactly the key attributes, of the right types, not empty,
/// not too long. Errors: "The provided key element does not match the schema" and its kin.
Result<void> check_key(const Table& table, const Item& key);

/// One attribute of a primary key in such a key.
Result<void> check_key_attribute(const KeyAttribute& attribute, const AttributeValue& value,
                                 bool hash);

/// An item to be put: its key attributes there and valid, its index keys of the right types.
Result<void> check_item(const Table& table, const Item& item);
/// The part of check_item about index keys; for items that an update made.
Result<void> check_index_keys(const Table& table, const Item& item);

/// The key attributes of an item.
Item key_of(const Table& table, const Item& item);
/// Key attributes of the index and of the table: what LastEvaluatedKey holds. `index` may be null.
Item paging_key(const Table& table, const Index* index, const Item& item);

/// Length limits of one key attribute's value: 2,048 bytes for a partition key, 1,024 for a sort
/// key.
Result<void> check_key_length(const AttributeValue& value, bool hash);

/// Attribute names: not empty, at most 64 KB - 1.
Result<void> check_attribute_names(const Item& item);

}  // namespace cumulite::dynamodb
