#pragma once

#include <cstdint>

#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb {

/// The two ways in which the service checks a request's values. They refuse the same values in
/// other words. The current one checks PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem and
/// Query; the older one is left with BatchWriteItem, Scan, PartiQL and the transactions, and with
/// every operation in Regions that the current one has not come to.
enum class Layer : std::uint8_t { kOlder, kCurrent };

/// normalize and normalized (item/value.h) in the words of a layer; those are the older one's.
Result<void> normalize(AttributeValue& value, Layer layer, int depth = 1);
Result<Item> normalized(const Item& item, Layer layer);

}  // namespace cumulite::dynamodb
