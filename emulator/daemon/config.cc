#include "emulator/daemon/config.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "emulator/core/duration.h"
#include "protocol/codec/json_document.h"

namespace cumulite {
namespace {

Error bad_value(std::string_view may_be) {
  return {"InvalidConfiguration", fmt::format("it may be {}", may_be)};
}

template <class Number>
Result<void> read_number(const std::string& value, Number& number) {
  const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (status != std::errc{} || end != value.data() + value.size()) {
    return bad_value("a whole number");
  }
  return {};
}

Result<void> read_duration(const std::string& value, std::int64_t& milliseconds) {
  const auto parsed = parse_duration(value);
  if (!parsed) return bad_value("a duration such as 30s, 5m or 250ms");
  milliseconds = *parsed;
  return {};
}

Result<void> read_switch(const std::string& value, bool& flag) {
  if (value == "true" || value == "1" || value.empty()) {
    flag = true;
  } else if (value == "false" || value == "0") {
    flag = false;
  } else {
    return bad_value("true or false");
  }
  return {};
}

/// "host:port", "host", ":port", "port", "[::1]:port"; of a comma-separated list the first.
Result<void> set_listen(Config& config, const std::string& value) {
  std::string_view text = value;
  text = text.substr(0, text.find(','));
  const auto colon = text.starts_with('[') ? text.find(':', text.find(']')) : text.rfind(':');
  std::string_view host = text.substr(0, colon);
  std::string_view port =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  const bool is_port_alone = colon == std::string_view::npos && !host.empty() &&
                             host.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_port_alone) std::swap(host, port);
  if (!port.empty() && !read_number(std::string(port), config.port).ok()) {
    return bad_value("HOST:PORT with a port from 0 (any free one) to 65535");
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (!host.empty()) config.address = host;
  return {};
}

Result<void> set_durability(Config& config, const std::string& value) {
  if (value == "none") {
    config.durability = storage::Durability::kNone;
  } else if (value == "process") {
    config.durability = storage::Durability::kProcess;
  } else if (value == "fsync") {
    config.durability = storage::Durability::kFsync;
  } else {
    return bad_value("none, process or fsync");
  }
  return {};
}

Result<void> set_auth(Config& config, const std::string& value) {
  if (value == "off") {
    config.settings.auth = AuthMode::kOff;
  } else if (value == "warn") {
    config.settings.auth = AuthMode::kWarn;
  } else if (value == "enforce") {
    config.settings.auth = AuthMode::kEnforce;
  } else {
    return bad_value("off, warn or enforce");
  }
  return {};
}

Result<void> set_log_level(Config& config, const std::string& value) {
  const auto level = log::level_by_name(value);
  if (!level) return bad_value("debug, info, warning, error or none");
  config.log_level = *level;
  return {};
}

Result<void> set_sqs_cooldowns(Config& config, const std::string& value) {
  SqsCooldowns& cooldowns = config.settings.sqs_cooldowns;
  if (value == "strict") {
    cooldowns = SqsCooldowns::kStrict;
  } else if (value == "idle") {
    cooldowns = SqsCooldowns::kIdle;
  } else if (value == "off") {
    cooldowns = SqsCooldowns::kOff;
  } else {
    return bad_value("strict, idle or off");
  }
  return {};
}

Result<void> set_dynamodb_cooldowns(Config& config, const std::string& value) {
  if (value != "strict" && value != "off") return bad_value("strict or off");
  config.settings.dynamodb_cooldowns = value == "strict";
  return {};
}

Result<void> set_dynamodb_wording(Config& config, const std::string& value) {
  if (value != "classic" && value != "current") return bad_value("classic or current");
  config.settings.dynamodb_current_words = value == "current";
  return {};
}

Result<void> set_concurrency(Config& config, const std::string& value) {
  CUMULITE_TRY(read_number(value, config.runtimes.concurrency_max));
  if (config.runtimes.concurrency_max < 1) return bad_value("1 or more");
  return {};
}

Result<void> set_account(Config& config, const std::string& value) {
  if (value.size() != 12 || value.find_first_not_of("0123456789") != std::string::npos) {
    return bad_value("12 digits");
  }
  config.settings.default_account = value;
  return {};
}

Result<void> set_cors_origins(Config& config, const std::string& value) {
  config.settings.cors_origins.clear();
  std::size_t from = 0;
  while (from < value.size()) {
    const auto comma = std::min(value.find(',', from), value.size());
    if (comma > from) config.settings.cors_origins.push_back(value.substr(from, comma - from));
    from = comma + 1;
  }
  return {};
}

constexpr Setting kSettings[] = {
    {"listen", "HOST:PORT", "Address to serve on; port 0 takes a free one. Default 127.0.0.1:4566.",
     "GATEWAY_LISTEN", &set_listen},
    {"data", "DIR", "Keeps all data in this directory. Default: a temporary one, gone at exit.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.data_directory = value;
       return {};
     }},
    {"durability", "MODE",
     "What survives: process (kill -9; the default), fsync (power loss too), none.", "",
     &set_durability},
    {"auth", "MODE", "Signatures: off (the default), warn, enforce.", "", &set_auth},
    {"credentials", "FILE",
     "JSON array of access_key_id, secret_access_key, account_id, ... that enforce knows.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.credentials_file = value;
       return {};
     }},
    {"functions", "FILE", "Processing functions and what triggers them (JSON).", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.functions_file = value;
       return {};
     }},
    {"lambda-python", "FILE", "Interpreter of python3.x functions. Default: by the runtime's name.",
     "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.runtimes.python = value;
       return {};
     }},
    {"lambda-node", "FILE", "Interpreter of nodejs functions. Default: node.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.runtimes.node = value;
       return {};
     }},
    {"lambda-local-code", "DIR",
     "Lets S3Bucket=hot-reload with S3Key=PATH run code below DIR where it lies.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.runtimes.local_code_directory = value;
       return {};
     }},
    {"lambda-concurrency", "COUNT", "Concurrent invocations of an account. Default 1000.", "",
     &set_concurrency},
    {"account", "ID", "Account of keys that are not 12 digits. Default 000000000000.", "",
     &set_account},
    {"region", "NAME", "Region of calls that name none. Default us-east-1.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       if (value.empty()) return bad_value("a region's name");
       config.settings.default_region = value;
       return {};
     }},
    {"tls", "", "Serves TLS too, on the same port, with a certificate made at start.", "",
     [](Config& config, const std::string& value) {
       return read_switch(value, config.server.tls_self_signed);
     }},
    {"tls-cert", "FILE", "Certificate chain (PEM); with tls-key.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.server.tls_certificate_file = value;
       return {};
     }},
    {"tls-key", "FILE", "Private key (PEM).", "",
     [](Config& config, const std::string& value) -> Result<void> {
       config.server.tls_key_file = value;
       return {};
     }},
    {"threads", "N", "Threads that serve connections. Default: one a core.", "",
     [](Config& config, const std::string& value) {
       return read_number(value, config.server.threads);
     }},
    {"pool-threads", "N", "Threads for calls that block. Default 4.", "",
     [](Config& config, const std::string& value) {
       return read_number(value, config.server.pool_threads);
     }},
    {"max-connections", "N", "Connections at a time. Default 10000.", "",
     [](Config& config, const std::string& value) {
       return read_number(value, config.server.connections_max);
     }},
    {"drain-timeout", "TIME", "For calls in flight when stopping. Default 10s.", "",
     [](Config& config, const std::string& value) {
       return read_duration(value, config.server.drain_timeout_ms);
     }},
    {"cors-origins", "LIST",
     "Web origins that may call, comma-separated, beside those of this machine; * for all.",
     "EXTRA_CORS_ALLOWED_ORIGINS", &set_cors_origins},
    {"glacier-inventory-immediate", "", "Glacier inventories list new archives at once.", "",
     [](Config& config, const std::string& value) {
       return read_switch(value, config.settings.glacier_inventory_immediate);
     }},
    {"sqs-cooldowns", "MODE",
     "For how long SQS refuses a deleted queue's name and a second purge: strict (60 s, as AWS), "
     "idle (the default: likewise, but a queue in use may be purged again), or off.",
     "", &set_sqs_cooldowns},
    {"glacier-expedited-capacity", "N",
     "Expedited retrievals that an account may have in progress at once. Default: any number.", "",
     [](Config& config, const std::string& value) {
       return read_number(value, config.settings.glacier_expedited_capacity.emplace());
     }},
    {"smtp", "HOST:PORT",
     "Sends e-mail through this server, or smtp://USER:PASSWORD@HOST:PORT, smtp+tls:// (STARTTLS), "
     "smtps://. Default: e-mail is captured only.",
     "SMTP_HOST",
     [](Config& config, const std::string& value) -> Result<void> {
       config.smtp_server = value;
       return {};
     }},
    {"smtp-from", "ADDRESS", "Sender of e-mail. Default no-reply@sns.amazonaws.com.", "",
     [](Config& config, const std::string& value) -> Result<void> {
       if (value.find('@') == std::string::npos) return bad_value("an address");
       config.smtp_sender = value;
       return {};
     }},
    {"dynamodb-throttle", "",
     "DynamoDB refuses what exceeds a table's provisioned capacity, as AWS does.", "",
     [](Config& config, const std::string& value) {
       return read_switch(value, config.dynamodb_throttle);
     }},
    {"dynamodb-cooldowns", "MODE",
     "How soon DynamoDB lets a setting of a table be changed again: strict (TTL after 31 minutes, "
     "deletion protection and policies after 15 s, as AWS), or off (the default: at once).",
     "", &set_dynamodb_cooldowns},
    {"dynamodb-wording", "MODE",
     "How DynamoDB words what is wrong with a request: classic (the default: as everywhere until "
     "May 2026, and in what test suites recorded), or current (as most of AWS's Regions since).",
     "", &set_dynamodb_wording},
    {"dynamodb-table-time", "DURATION",
     "For how long DynamoDB's tables and indexes are CREATING, UPDATING and DELETING, on the "
     "virtual clock. Default 0s: calls answer the state, the next one finds it over.",
     "",
     [](Config& config, const std::string& value) {
       return read_duration(value, config.dynamodb_table_ms);
     }},
    {"seed", "N", "Makes durations that the daemon chooses repeatable. Default 0.", "",
     [](Config& config, const std::string& value) {
       return read_number(value, config.settings.seed);
     }},
    {"log-level", "LEVEL", "debug, info (the default), warning, error or none.", "",
     &set_log_level},
};

Result<void> apply(const Setting& setting, Config& config, const std::string& value,
                   std::string_view source) {
  auto applied = setting.apply(config, value);
  if (applied.ok()) return {};
  return Error{"InvalidConfiguration",
               fmt::format("{} has the value '{}'; {}", source, value, applied.error().message)};
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : kSettings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

Result<void> apply_file(const std::string& path, Config& config) {
  std::ifstream file(path);
  if (!file) {
    return Error{"InvalidConfiguration", fmt::format("the file {} cannot be read", path)};
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return Error{"InvalidConfiguration", fmt::format("{} is not a JSON object", path)};
  }
  for (const auto& [key, value] : document.items()) {
    const Setting* setting = find_setting(key);
    if (setting == nullptr) {
      return Error{"InvalidConfiguration", fmt::format("{} has the unknown key '{}'", path, key)};
    }
    const std::string as_text = value.is_string() ? value.get<std::string>() : value.dump();
    CUMULITE_TRY(apply(*setting, config, as_text, fmt::format("'{}' in {}", key, path)));
  }
  return {};
}

}  // namespace

std::span<const Setting> settings_table() {
  return kSettings;
}

std::string environment_name(std::string_view setting_name) {
  std::string name = "CUMULITE_";
  for (const char c : setting_name) {
    name += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return name;
}

Result<Config> load_config(const Values& flags,
                           const std::function<const char*(const char*)>& environment) {
  Config config;
  const auto read_environment = [&](const std::string& name) -> std::optional<std::string> {
    const char* value = environment(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  std::string path = read_environment("CUMULITE_CONFIG").value_or("");
  if (const auto flag = flags.find("config"); flag != flags.end()) path = flag->second;
  if (!path.empty()) CUMULITE_TRY(apply_file(path, config));
  for (const Setting& setting : kSettings) {
    for (const std::string& name :
         {std::string(setting.other_environment), environment_name(setting.name)}) {
      if (name.empty()) continue;
      if (const auto value = read_environment(name); value && !value->empty()) {
        CUMULITE_TRY(apply(setting, config, *value, name));
      }
    }
  }
  for (const Setting& setting : kSettings) {
    const auto flag = flags.find(setting.name);
    if (flag == flags.end()) continue;
    CUMULITE_TRY(apply(setting, config, flag->second, fmt::format("--{}", setting.name)));
  }
  if (config.server.tls_certificate_file.empty() != config.server.tls_key_file.empty()) {
    return Error{"InvalidConfiguration", "--tls-cert and --tls-key go together"};
  }
  return config;
}

}  // namespace cumulite
