#pragma once

#include "emulator/core/context.h"
#include "emulator/services/dynamodb/item/value_layer.h"
#include "protocol/error.h"

namespace cumulite::dynamodb {

/// The layer that checks an item operation or a Query in the caller's Region.
Layer layer_of(const Context& ctx);

/// What PutItem, UpdateItem and DeleteItem (and Query of its Select) say of a request that is wrong
/// in itself, whatever the table and the item are: the current layer counts it, "1 validation error
/// detected: ...". Errors that are no ValidationException pass unchanged.
Error refused_request(Error error, Layer layer);

}  // namespace cumulite::dynamodb
