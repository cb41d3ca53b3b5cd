#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// UpdateTable's ReplicaUpdates: adds, changes and removes replicas of the table in other regions
/// of this daemon (global tables version 2019.11.21, multi-Region eventual consistency). Does
/// nothing for a request without them. Errors: ValidationException, as the service words it.
Result<void> update_replicas(Context& ctx, const api::UpdateTableInput& in);

}  // namespace cumulite::dynamodb
