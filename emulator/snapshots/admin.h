#pragma once

#include "emulator/core/environment.h"
#include "emulator/snapshots/snapshots.h"

namespace cumulite::snapshots {

/// Registers `/_cumulite/snapshots`: see README.md of this folder.
void register_admin(Environment& env, Snapshots& snapshots);

}  // namespace cumulite::snapshots
