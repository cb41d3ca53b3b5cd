#pragma once

#include "emulator/core/environment.h"

namespace cumulite {

/// Registers the daemon's own paths (`/_cumulite/...`, and those that existing suites call) with
/// env.admin. See README.md of this folder for what they take and answer.
void register_admin(Environment& env);

}  // namespace cumulite
