#pragma once

#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/logs/keys.h"
#include "emulator/services/logs/records.h"

/// Retention: events older than the group keeps them are hidden at once and dropped by a due row
/// that runs every day while the group has a retention.
namespace cumulite::logs {

void register_retention(Environment& env);
/// In the transaction that gives the group its retention.
void schedule_sweep(Environment& env, storage::Txn& txn, const GroupRef& ref, Group& group,
                    std::int64_t now_ms);
bool group_exists(Environment& env, std::string_view arn);

}  // namespace cumulite::logs
