#pragma once

#include <string>
#include <string_view>

#include "emulator/services/dynamodb/item/value.h"

/// How an item is kept in its row: a compact binary form, led by the item's size so that a write
/// can account for what it replaces without decoding it.
namespace cumulite::dynamodb {

/// `size` is size_bytes(item).
std::string encode_item(const Item& item, std::size_t size);
/// Throws storage::StorageError if the bytes are not an item (a corrupt row).
Item decode_item(std::string_view bytes);
/// DynamoDB's size of an encoded item.
std::size_t encoded_size_bytes(std::string_view bytes);

}  // namespace cumulite::dynamodb
