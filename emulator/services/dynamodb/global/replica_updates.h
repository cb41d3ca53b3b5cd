#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// UpdateTable's ReplicaUpdates: adds, changes and removes replicas of the table in other regions
/// of this daemon (global tables version 2019.11.21). Does nothing for a request without them. The
/// answer, where that was all that the request changes: of a group of strong consistency.
/// Errors: ValidationException, as the service words it.
Result<std::optional<api::UpdateTableOutput>> update_replicas(Context& ctx,
                                                              const api::UpdateTableInput& in);

}  // namespace cumulite::dynamodb
