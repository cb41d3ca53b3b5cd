#pragma once

#include <memory>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/table/table_change.h"

/// The tables of one global table: each knows the others by the Replicas of its description, and a
/// change of the group changes all of them in one transaction.
namespace cumulite::dynamodb {

inline constexpr std::string_view kGlobalVersion = "2019.11.21";

/// The group's tables in other regions.
std::vector<TablePtr> other_replicas(Database& db, const Table& table);

/// Adds what a transaction must hold to change them.
void add_group_domains(storage::Domains& domains, const std::vector<TablePtr>& tables);
/// Whether none of them was changed since it was looked up.
bool are_current(Database& db, const std::vector<TablePtr>& tables);

/// Runs `action(Context&)` as the caller in each other region of the table's group: settings are
/// the same in all of them. Stops at the first refusal.
template <class Action>
Result<void> for_other_regions(Context& ctx, std::string_view name_or_arn, Action&& action) {
  CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, name_or_arn));
  for (const auto& other : other_replicas(database(ctx), *ref.table)) {
    Caller caller = ctx.caller;
    caller.region = other->region;
    Context there{ctx.env,        ctx.service,   caller,   ctx.request,  ctx.request_id, ctx.now_ms,
                  ctx.started_ms, ctx.final_try, ctx.body, ctx.response, ctx.route};
    CUMULITE_TRY(action(there));
  }
  return {};
}

/// A copy of the table that knows the region as a replica with that status.
std::shared_ptr<Table> with_replica(const Table& table, const api::ReplicaDescription& replica,
                                    std::string_view version);
/// Fills in what DescribeTable tells of the group beside what is stored: how much each replica and
/// its indexes can take at once.
void describe_group(Database& db, const Table& table, api::TableDescription& description);
/// Takes out all that says that the table is a replica.
void leave_group(api::TableDescription& description);
/// A copy that does not know it any more; the last replica takes the group with it.
std::shared_ptr<Table> without_replica(const Table& table, std::string_view region);

}  // namespace cumulite::dynamodb
