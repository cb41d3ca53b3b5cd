#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "emulator/functions/plugin/cumulite_plugin.h"
#include "emulator/functions/plugin/plugin_library.h"
#include "emulator/functions/plugin/runtime_client.h"

namespace cumulite::functions {

/// The function as its environment describes it.
struct PluginSurroundings {
  std::string function_name;
  std::string function_version;
  std::uint32_t memory_mb = 0;
  std::string endpoint_url;
  std::string region;
  std::string access_key_id;
  std::string secret_access_key;

  static PluginSurroundings of_environment();
};

/// One event in the plugin's hands: what it may call, and what it said.
class PluginInvocation {
 public:
  /// Both outlive it. An event without a request id stands for the initialization.
  PluginInvocation(const PluginSurroundings& surroundings, const RuntimeEvent& event);
  PluginInvocation(const PluginInvocation&) = delete;
  PluginInvocation& operator=(const PluginInvocation&) = delete;

  /// Calls cumulite_plugin_init; false: it failed.
  bool initialize(const PluginLibrary& library);
  /// Calls cumulite_plugin_handle; false: it failed.
  bool handle(const PluginLibrary& library);

  /// JSON; of a success.
  const std::string& result() const { return result_; }

  const std::string& error_type() const { return error_type_; }

  /// {"errorType", "errorMessage"}; of a failure.
  std::string error_json() const;

 private:
  struct Answer {
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<const char*> header_texts;  ///< Of `headers`, and a null behind them.
    std::string body;
  };

  template <class Function>
  bool run(Function&& function);
  bool fail(std::string type, std::string message);
  int call(const cumulite_request& request, cumulite_response& response);

  static PluginInvocation& of(const cumulite_context* context) {
    return *static_cast<PluginInvocation*>(context->host);
  }

  const PluginSurroundings& surroundings_;
  const RuntimeEvent& event_;
  cumulite_context context_ = {};
  std::string result_ = "null";
  std::string error_type_;
  std::string error_message_;
  std::deque<Answer> answers_;  ///< The plugin may look at them until its end.
};

}  // namespace cumulite::functions
