#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/core/environment.h"

/// How many Expedited restores there is capacity for: any number, unless the setting or the admin
/// call says otherwise.
namespace cumulite::s3 {

/// Whether the account may begin one more; counts it if so.
bool begin_expedited(storage::Txn& txn, const Environment& env, std::string_view account);
/// One of the account's is done, or its object gone.
void end_expedited(storage::Txn& txn, std::string_view account);

/// Answers /_cumulite/s3/expedited-capacity: GET shows, POST `{"capacity": N | null, "account":
/// ID?}` sets, and null takes the setting back.
void add_capacity_path(Environment& env);

}  // namespace cumulite::s3
