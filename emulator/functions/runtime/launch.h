#pragma once

#include <string>
#include <vector>

#include "emulator/functions/runtime/deployment.h"

namespace cumulite::functions {

/// What runs handlers on this machine.
struct RuntimeOptions {
  std::string python =
      {};                 ///< Interpreter for python3.x; empty: python3.x of PATH, or its python3.
  std::string node = {};  ///< Interpreter for nodejs*; empty: PATH's node.
  std::string local_code_directory = {};  ///< Where hot-reload code may lie; empty: nowhere.
  std::int64_t concurrency_max = 1'000;   ///< Invocations at a time of an account and region.
};

/// What every function is told about the daemon.
struct LaunchParts {
  const RuntimeOptions& options;
  std::string endpoint_url;
  std::string default_account;
  std::string python_bootstrap;  ///< Paths.
  std::string node_bootstrap;
  /// The program that runs plugins: this one, also after its file was replaced.
  std::string plugin_host = "/proc/self/exe";
};

/// How the process of a deployment is started, or why it cannot be.
struct Launch {
  std::vector<std::string> command = {};
  Variables environment = {};
  std::string working_directory = {};
  std::string error_type = {};  ///< Empty: it can.
  std::string error = {};
};

/// For the runtimes that speak the Runtime API. `log_stream` is the process's own.
Launch launch_of(const Deployment& deployment, const LaunchParts& parts,
                 const std::string& log_stream);
/// Variables that every function gets, whatever its runtime: the daemon's endpoint, credentials,
/// what a command needs of PATH and HOME, and the function's own ones above all.
Variables environment_of(const Deployment& deployment, const LaunchParts& parts,
                         const Variables& of_runtime);

}  // namespace cumulite::functions
