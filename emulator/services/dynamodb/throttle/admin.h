#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// "/_cumulite/dynamodb/throttle": GET ?account= tells, POST {"enabled", "account"} says whether
/// the account's (none: every account's) provisioned capacity is enforced. Not kept at a restart.
void add_throttle_path(Database& db);

}  // namespace cumulite::dynamodb
