#pragma once

#include <string_view>

#include "emulator/core/environment.h"

namespace cumulite::s3 {

/// Drops every bucket of the account with all that is in it, for a reset: no events, no locks.
void drop_buckets(Environment& env, std::string_view account);

}  // namespace cumulite::s3
