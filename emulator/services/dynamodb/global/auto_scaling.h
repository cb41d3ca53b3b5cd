#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Auto scaling settings of a table's replicas: stored and answered; capacity is not changed by
/// them.
Result<api::DescribeTableReplicaAutoScalingOutput> describe_table_replica_auto_scaling(
    Context& ctx, const api::DescribeTableReplicaAutoScalingInput& in);
Result<api::UpdateTableReplicaAutoScalingOutput> update_table_replica_auto_scaling(
    Context& ctx, const api::UpdateTableReplicaAutoScalingInput& in);

/// The settings that an update makes. Errors: ValidationException for bounds out of order.
Result<api::AutoScalingSettingsDescription> settings_of(
    const Context& ctx, const api::AutoScalingSettingsUpdate& update);

}  // namespace cumulite::dynamodb
