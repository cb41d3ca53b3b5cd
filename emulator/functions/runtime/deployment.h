#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/functions/code/code_directory.h"
#include "emulator/functions/runtime/child.h"

namespace cumulite::functions {

/// One version of a function, as the runtimes need it.
struct Deployment {
  std::string account;
  std::string region;
  std::string name;
  std::string version;  ///< "$LATEST" or a number.
  /// Changes with every change of code or configuration: a process serves one deployment.
  std::string key;
  std::string
      runtime;  ///< "python3.12", "nodejs20.x", "provided.al2023", "plugin", "exec", "http".
  std::string handler;
  Variables environment = {};
  std::int64_t timeout_ms = 3'000;
  std::int64_t memory_mb = 128;
  std::string log_group;
  CodeDirectoryPtr code = {};             ///< Null for "exec" and "http".
  CodeDirectoryPtr layers = {};           ///< Null: none.
  std::vector<std::string> command = {};  ///< "exec".
  std::string working_directory = {};     ///< "exec"; empty: the daemon's.
  std::string url = {};                   ///< "http".

  /// arn:aws:lambda:REGION:ACCOUNT:function:NAME
  std::string arn() const;
};

using DeploymentPtr = std::shared_ptr<const Deployment>;

}  // namespace cumulite::functions
