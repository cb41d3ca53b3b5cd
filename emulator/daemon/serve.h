#pragma once

#include "emulator/daemon/config.h"

namespace cumulite {

/// Runs the daemon until SIGTERM or SIGINT; a second signal ends the process at once. Prints the
/// address and "Ready." to standard output. Returns the exit code.
int serve(Config config);

}  // namespace cumulite
