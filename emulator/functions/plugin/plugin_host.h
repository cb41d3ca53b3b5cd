#pragma once

namespace cumulite::functions {

/// The command of the daemon's program that starts it as a plugin's process.
inline constexpr const char* kPluginHostCommand = "plugin-host";

/// The process of a plugin: loads the shared object that _HANDLER names below LAMBDA_TASK_ROOT and
/// serves events through the Runtime API until the daemon ends it or is gone. Returns the exit
/// status: 1 when the plugin could not be loaded or initialized, which the API was told.
int run_plugin_host();

}  // namespace cumulite::functions
