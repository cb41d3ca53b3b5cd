#include "emulator/functions/plugin/plugin_library.h"

#include <dlfcn.h>

#include <fmt/format.h>

namespace cumulite::functions {
namespace {

template <class Function>
Function symbol(void* object, const char* name) {
  return reinterpret_cast<Function>(::dlsym(object, name));
}

Error invalid_plugin(const std::string& path, std::string_view why) {
  return {"Runtime.PluginInvalid", fmt::format("{} {}", path, why)};
}

}  // namespace

Result<PluginLibrary> PluginLibrary::load(const std::string& path) {
  void* object = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) {
    const char* reason = ::dlerror();
    return Error{"Runtime.PluginNotLoaded", reason != nullptr ? reason : path};
  }
  const auto abi = symbol<decltype(&cumulite_plugin_abi)>(object, "cumulite_plugin_abi");
  if (abi == nullptr) return invalid_plugin(path, "does not export cumulite_plugin_abi");
  if (const auto version = abi(); version != CUMULITE_PLUGIN_ABI) {
    return invalid_plugin(
        path, fmt::format("was built for version {} of the plugin ABI; this is {}", version,
                          CUMULITE_PLUGIN_ABI));
  }
  PluginLibrary library;
  library.handle_ = symbol<decltype(library.handle_)>(object, "cumulite_plugin_handle");
  if (library.handle_ == nullptr)
    return invalid_plugin(path, "does not export cumulite_plugin_handle");
  library.init_ = symbol<decltype(library.init_)>(object, "cumulite_plugin_init");
  library.shutdown_ = symbol<decltype(library.shutdown_)>(object, "cumulite_plugin_shutdown");
  return library;
}

}  // namespace cumulite::functions
