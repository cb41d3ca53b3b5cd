#pragma once

#include <string>

#include "emulator/daemon/client.h"

namespace cumulite {

inline constexpr int kFailure = 1;

/// What the client commands take.
struct ClientOptions {
  std::string endpoint;
  std::string account;
  std::string value;  ///< The command's own argument.
  std::string file;
  std::string timeout = "30s";
  bool replace = false;
  bool separate = false;
};

/// Calls the daemon, prints its answer; exit code by its status.
int call_and_print(const DaemonCall& call);

}  // namespace cumulite
