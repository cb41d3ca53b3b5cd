#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "emulator/core/log.h"
#include "emulator/core/settings.h"
#include "emulator/functions/runtime/launch.h"
#include "protocol/http/server.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

namespace cumulite {

/// Everything a user can set of the daemon, after flags, environment and file were put together.
struct Config {
  std::string address = "127.0.0.1";
  std::uint16_t port = 4566;
  std::string data_directory;  ///< Empty: a temporary one, gone at exit.
  storage::Durability durability = storage::Durability::kProcess;
  std::string credentials_file;
  std::string functions_file;
  bool dynamodb_throttle = false;      ///< Enforces provisioned capacity.
  std::int64_t dynamodb_table_ms = 0;  ///< How long tables are CREATING, UPDATING, DELETING.
  log::Level log_level = log::Level::kInfo;
  http::ServerOptions server;          ///< Limits, threads, TLS; address and port above.
  std::string smtp_server;             ///< Empty: e-mail is captured only.
  std::string smtp_sender;             ///< Empty: SNS's own.
  functions::RuntimeOptions runtimes;  ///< What runs the handlers of functions.
  Settings settings;
};

/// One setting: `--NAME`, environment CUMULITE_NAME, and key NAME of the `--config` file, all in
/// the spelling of this one row ("log-level", CUMULITE_LOG_LEVEL, "log-level").
struct Setting {
  std::string_view name;
  std::string_view value_name;  ///< Shown by --help; empty: a switch.
  std::string_view help;
  std::string_view other_environment = {};  ///< A name that existing setups use, or empty.
  Result<void> (*apply)(Config& config, const std::string& value) = nullptr;
};

/// Every setting there is: the source of --help, of the environment names and of the file's keys.
std::span<const Setting> settings_table();
/// "CUMULITE_LOG_LEVEL" of "log-level".
std::string environment_name(std::string_view setting_name);

using Values = std::map<std::string, std::string, std::less<>>;

/// Puts the configuration together: defaults, then the file of `--config`, then the environment,
/// then flags. Errors name the setting, where it came from, and what it may be.
Result<Config> load_config(const Values& flags,
                           const std::function<const char*(const char*)>& environment);

}  // namespace cumulite
