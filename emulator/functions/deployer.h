#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/functions/code/code_directory.h"
#include "emulator/functions/runtime/deployment.h"
#include "emulator/functions/store/resolve.h"

namespace cumulite::functions {

/// Makes a stored version ready to run: its code and layers unpacked, its configuration in the
/// runtimes' terms. Keeps what it made until the function changes. Thread-safe.
class Deployer {
 public:
  Deployer(Environment& env, CodeCache& code_cache) : env_(env), code_cache_(code_cache) {}

  /// Errors: the code or a layer cannot be read or unpacked.
  Result<DeploymentPtr> deploy(const FoundFunction& found);
  /// Drops what was made of the function; empty: of all.
  void forget(std::string_view function_arn);

 private:
  Result<CodeDirectoryPtr> unpack_code(const FoundFunction& found);
  Result<CodeDirectoryPtr> unpack_layers(const FoundFunction& found);

  Environment& env_;
  CodeCache& code_cache_;
  std::mutex mutex_;
  std::map<std::string, DeploymentPtr, std::less<>> known_;  // By key, mutex_.
};

/// The most recent change below a directory, for code that is reloaded when it changes.
std::int64_t newest_change(const std::string& directory);

}  // namespace cumulite::functions
