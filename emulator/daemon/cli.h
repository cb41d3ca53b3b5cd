#pragma once

namespace cumulite {

/// The command line: `cumulite [serve]` runs the daemon; env, clock, settle, reset and version talk
/// to a running one. Returns the exit code: 0, 1 for a failure, 2 for wrong usage.
int run_command_line(int argc, const char* const* argv);

}  // namespace cumulite
