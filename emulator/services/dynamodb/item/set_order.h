#pragma once

#include "emulator/services/dynamodb/item/value.h"

namespace cumulite::dynamodb {

/// Brings a normal set's members into the order in which DynamoDB answers them, whatever order they
/// were written in: numbers by value, the others by their bytes. `normalize` does so too.
void sort_set(AttributeValue& set);

}  // namespace cumulite::dynamodb
