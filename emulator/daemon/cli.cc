#include "emulator/daemon/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/duration.h"
#include "emulator/daemon/client.h"
#include "emulator/daemon/client_options.h"
#include "emulator/daemon/config.h"
#include "emulator/daemon/serve.h"
#include "emulator/daemon/snapshot_commands.h"
#include "emulator/functions/plugin/plugin_host.h"
#include "protocol/codec/json_document.h"

namespace cumulite {
namespace {

using nlohmann::json;

constexpr int kUsage = 2;
constexpr const char* kDefaultEndpoint = "http://127.0.0.1:4566";
constexpr const char* kExamples =
    R"help(A setting is taken from its option, else from the environment, else from the file of --config.

Examples:
  cumulite --data ./data                          Keeps everything in ./data.
  cumulite --listen 127.0.0.1:0                   Takes a free port, and prints it.
  eval "$(cumulite env)" && aws s3 mb s3://photos In another shell.
  cumulite clock advance 5h && cumulite settle    What falls due, and what that causes, is done.)help";

std::string default_endpoint() {
  for (const char* name : {"CUMULITE_ENDPOINT", "AWS_ENDPOINT_URL"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return kDefaultEndpoint;
}

std::string describe(const Setting& setting) {
  std::string text = fmt::format("{} [{}", setting.help, environment_name(setting.name));
  if (!setting.other_environment.empty()) {
    text += fmt::format(" or {}", setting.other_environment);
  }
  return text + fmt::format("; key {}]", setting.name);
}

void add_settings(CLI::App& app, Values& values) {
  app.add_option_function<std::string>(
         "--config", [&values](const std::string& value) { values["config"] = value; },
         "JSON file whose keys are the names of these options. [CUMULITE_CONFIG]")
      ->type_name("FILE");
  for (const Setting& setting : settings_table()) {
    const std::string name(setting.name);
    const std::string flag = "--" + name;
    if (setting.value_name.empty()) {
      app.add_flag_callback(
          flag, [&values, name] { values[name] = "true"; }, describe(setting));
      continue;
    }
    app.add_option_function<std::string>(
           flag, [&values, name](const std::string& value) { values[name] = value; },
           describe(setting))
        ->type_name(std::string(setting.value_name));
  }
}

int post(const ClientOptions& options, const std::string& path, json body) {
  if (!options.account.empty()) body["account"] = options.account;
  return call_and_print({options.endpoint, "POST", path, body.dump()});
}

int wrong_usage(std::string_view message) {
  fmt::print(stderr, "cumulite: {}\n", message);
  return kUsage;
}

int clock_get(const ClientOptions& options) {
  return call_and_print({options.endpoint, "GET", "/_cumulite/clock?account=" + options.account});
}

int clock_action(const ClientOptions& options, const char* action) {
  return post(options, "/_cumulite/clock", {{"action", action}});
}

int clock_advance(const ClientOptions& options) {
  const auto duration = parse_duration(options.value);
  if (!duration) return wrong_usage("advance takes a duration such as 5h, 90s or 1d12h");
  return post(options, "/_cumulite/clock",
              {{"action", "advance"}, {"duration", *duration}, {"separate", options.separate}});
}

int clock_set(const ClientOptions& options) {
  const auto time = parse_time(options.value);
  if (!time) return wrong_usage("set takes a time such as 2030-01-01T00:00:00Z");
  return post(options, "/_cumulite/clock", {{"action", "set"}, {"time", *time}});
}

int clock_scale(const ClientOptions& options) {
  double factor = 0;
  if (!CLI::detail::lexical_cast(options.value, factor) || !(factor > 0)) {
    return wrong_usage("scale takes a number above 0");
  }
  return post(options, "/_cumulite/clock", {{"action", "scale"}, {"factor", factor}});
}

int settle(const ClientOptions& options) {
  const auto timeout = parse_duration(options.timeout);
  if (!timeout) return wrong_usage("--timeout takes a duration such as 30s");
  return post(options, "/_cumulite/settle", {{"timeout_ms", *timeout}});
}

int reset(const ClientOptions& options) {
  return call_and_print({options.endpoint, "POST", "/_cumulite/reset?account=" + options.account});
}

int print_environment(const ClientOptions& options) {
  fmt::print(
      "export AWS_ENDPOINT_URL={}\n"
      "export AWS_ACCESS_KEY_ID={}\n"
      "export AWS_SECRET_ACCESS_KEY=test\n"
      "export AWS_DEFAULT_REGION=us-east-1\n",
      options.endpoint, options.account.empty() ? "test" : options.account);
  return 0;
}

int serve_with(const Values& values) {
  auto config = load_config(values, [](const char* name) { return std::getenv(name); });
  if (!config.ok()) return wrong_usage(config.error().message);
  return serve(std::move(config).value());
}

/// The commands; `exit_code` is set by the one that ran.
class CommandLine {
 public:
  CommandLine() {
    options_.endpoint = default_endpoint();
    app_.require_subcommand(0, 1);
    app_.set_version_flag("--version", std::string(CUMULITE_VERSION));
    app_.footer(kExamples);
    add_settings(app_, values_);
    auto* serve_command = app_.add_subcommand("serve", "Runs the daemon (the default).");
    add_settings(*serve_command, values_);
    auto* env = add_client("env", "Prints shell lines that point SDKs and the aws CLI here.",
                           &print_environment);
    env->footer("Use: eval \"$(cumulite env)\"");
    add_clock();
    add_client("settle", "Waits until everything that calls caused is done.", &settle)
        ->add_option("--timeout", options_.timeout, "How long at most. Default 30s.")
        ->type_name("TIME");
    add_snapshot();
    add_client("reset", "Drops all data (of --account, or all).", &reset);
    app_.add_subcommand(functions::kPluginHostCommand)
        ->group("")  // For the daemon's own use: it has no line in --help.
        ->callback([this] {
          exit_code_ = functions::run_plugin_host();
          is_done_ = true;
        });
    app_.add_subcommand("version", "Prints the version.")->callback([this] {
      fmt::print("cumulite {}\n", CUMULITE_VERSION);
      exit_code_ = 0;
      is_done_ = true;
    });
  }

  int run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : kUsage;
    }
    return is_done_ ? exit_code_ : serve_with(values_);
  }

 private:
  using Command = int (*)(const ClientOptions&);

  CLI::App* add_client(const std::string& name, const std::string& help, Command command) {
    return add_client_to(app_, name, help, command);
  }

  CLI::App* add_client_to(CLI::App& parent, const std::string& name, const std::string& help,
                          Command command) {
    auto* sub = parent.add_subcommand(name, help);
    sub->add_option("--endpoint", options_.endpoint,
                    "The daemon. Default http://127.0.0.1:4566. [CUMULITE_ENDPOINT or "
                    "AWS_ENDPOINT_URL]")
        ->type_name("URL");
    sub->add_option("--account", options_.account, "Only this account.")->type_name("ID");
    sub->callback([this, command] {
      exit_code_ = command(options_);
      is_done_ = true;
    });
    return sub;
  }

  void add_clock() {
    auto* clock = app_.add_subcommand("clock", "Shows and moves the daemon's clock.");
    clock->require_subcommand(1);
    clock->footer("Use: cumulite clock freeze && cumulite clock advance 30d");
    add_client_to(*clock, "get", "Shows it.", &clock_get);
    add_client_to(*clock, "freeze", "Stops it.",
                  [](const ClientOptions& options) { return clock_action(options, "freeze"); });
    add_client_to(*clock, "resume", "Lets it run at real speed from where it stands.",
                  [](const ClientOptions& options) { return clock_action(options, "resume"); });
    add_client_to(*clock, "reset", "Sets it back to real time.",
                  [](const ClientOptions& options) { return clock_action(options, "reset"); });
    add_client_to(*clock, "advance", "Runs everything that falls due in that time.", &clock_advance)
        ->add_option("duration", options_.value, "Such as 5h, 90s, 1d12h.")
        ->type_name("TIME")
        ->required();
    clock->get_subcommand("advance")->add_flag(
        "--separate", options_.separate,
        "Ends in a new second of real time: URLs presigned before and after are told apart.");
    add_client_to(*clock, "set", "Sets it; forward like advance.", &clock_set)
        ->add_option("time", options_.value, "Such as 2030-01-01T00:00:00Z.")
        ->type_name("TIME")
        ->required();
    add_client_to(*clock, "scale", "Lets it run faster or slower than real time.", &clock_scale)
        ->add_option("factor", options_.value, "Virtual seconds for a real one.")
        ->type_name("NUMBER")
        ->required();
  }

  void add_snapshot() {
    auto* snapshot = app_.add_subcommand("snapshot", "Keeps states, and takes them back.");
    snapshot->require_subcommand(1);
    snapshot->footer("Use: cumulite snapshot save base, and later: cumulite snapshot restore base");
    add_client_to(*snapshot, "list", "Shows what is kept.", &snapshot_list);
    const auto add_named = [&](const char* name, const char* help, Command command) {
      auto* sub = add_client_to(*snapshot, name, help, command);
      sub->add_option("name", options_.value, "The snapshot's name.")->required();
      return sub;
    };
    add_named("save", "Keeps the present state (of --account, or all).", &snapshot_save)
        ->add_flag("--replace", options_.replace, "In place of the one of that name.");
    add_named("restore", "Takes the kept state back.", &snapshot_restore);
    add_named("delete", "Forgets it.", &snapshot_delete);
    add_named("export", "Writes it to a tar archive.", &snapshot_export)
        ->add_option("file", options_.file, "The archive.")
        ->type_name("FILE")
        ->required();
    add_named("import", "Makes one of a tar archive.", &snapshot_import)
        ->add_option("file", options_.file, "The archive.")
        ->type_name("FILE")
        ->required();
  }

  CLI::App app_{
      "Cumulite: AWS on one port. Storage, queues, topics, tables, archives and functions for "
      "development and tests.",
      "cumulite"};
  Values values_;
  ClientOptions options_;
  bool is_done_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  return CommandLine().run(argc, argv);
}

}  // namespace cumulite
