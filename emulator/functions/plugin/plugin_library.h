#pragma once

#include <memory>
#include <string>

#include "emulator/functions/plugin/cumulite_plugin.h"
#include "protocol/result.h"

namespace cumulite::functions {

/// A plugin's shared object, loaded into this process.
class PluginLibrary {
 public:
  /// Errors: `Runtime.PluginNotLoaded` when there is no such file or the loader refuses it,
  /// `Runtime.PluginInvalid` when it lacks a function or is of another ABI.
  static Result<PluginLibrary> load(const std::string& path);

  int init(const cumulite_context& context) const { return init_ == nullptr ? 0 : init_(&context); }

  int handle(const cumulite_context& context, const std::string& event) const {
    return handle_(&context, event.data(), event.size());
  }

  void shutdown() const {
    if (shutdown_ != nullptr) shutdown_();
  }

 private:
  // The object stays loaded until the process ends: its threads and exit handlers may be running.
  decltype(&cumulite_plugin_init) init_ = nullptr;
  decltype(&cumulite_plugin_handle) handle_ = nullptr;
  decltype(&cumulite_plugin_shutdown) shutdown_ = nullptr;
};

}  // namespace cumulite::functions
