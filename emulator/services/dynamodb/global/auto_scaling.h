#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Auto scaling of a table's replicas: the scalable targets that Application Auto Scaling has of it
/// in each region (emulator/services/application-autoscaling). Capacity is not changed by them.
Result<api::DescribeTableReplicaAutoScalingOutput> describe_table_replica_auto_scaling(
    Context& ctx, const api::DescribeTableReplicaAutoScalingInput& in);
Result<api::UpdateTableReplicaAutoScalingOutput> update_table_replica_auto_scaling(
    Context& ctx, const api::UpdateTableReplicaAutoScalingInput& in);

}  // namespace cumulite::dynamodb
