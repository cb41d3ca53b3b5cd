#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/table/table_change.h"

/// What groups of both consistencies say of their replicas.
namespace cumulite::dynamodb {

/// A replica as the others describe it, of that status.
api::ReplicaDescription replica_of(const std::string& region, std::string_view status);
/// The same with the settings of its own that it is created with.
api::ReplicaDescription described_replica(const api::CreateReplicationGroupMemberAction& action,
                                          std::string_view status);
/// Takes over the settings that an update names.
void change_replica(const api::UpdateReplicationGroupMemberAction& action,
                    api::ReplicaDescription& replica);

/// The replica's table, CREATING and not yet stored: the source in another Region, with a number
/// and ARNs of its own, without a stream and without other replicas.
std::shared_ptr<Table> make_replica(Context& ctx, const Table& source,
                                    const api::CreateReplicationGroupMemberAction& action);

/// Refusals.
Error replica_in_the_way(std::string_view table_name);  ///< There is a table of that name.
Error not_in_group(std::string_view what, const std::vector<std::string>& regions);
Error replica_protected(const Table& replica);

}  // namespace cumulite::dynamodb
