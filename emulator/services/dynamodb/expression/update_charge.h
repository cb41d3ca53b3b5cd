#pragma once

#include <cstddef>

#include "emulator/services/dynamodb/expression/binding.h"

namespace cumulite::dynamodb::expression {

/// What UpdateItem's limit of 400 KB counts of an update besides the finished item: what the
/// request writes and reads, and something for each clause, whatever the item holds. Measured
/// against the service to the byte; no page tells it.
std::size_t update_charge(const BoundUpdate& update);

}  // namespace cumulite::dynamodb::expression
