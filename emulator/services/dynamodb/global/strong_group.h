#pragma once

#include "emulator/services/dynamodb/database.h"

/// How groups of multi-Region strong consistency come and go: of three Regions at once, one of
/// which may be a witness, and all at once again.
namespace cumulite::dynamodb {

/// What of ReplicaUpdates and GlobalTableWitnessUpdates is wrong by itself.
Result<void> check_strong_request(const Context& ctx, const api::UpdateTableInput& in);

/// Whether the request makes such a group or takes one apart: then it is answered by
/// `update_strong_group`, whole.
bool updates_strong_group(Context& ctx, const api::UpdateTableInput& in);
Result<api::UpdateTableOutput> update_strong_group(Context& ctx, const api::UpdateTableInput& in);

/// Ends the states between of a table's replicas and witness, with that of the table itself.
void finish_strong_group(api::TableDescription& description);

}  // namespace cumulite::dynamodb
