#include "emulator/functions/runtime/launch.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "emulator/functions/plugin/plugin_host.h"
#include "emulator/functions/process.h"

namespace cumulite::functions {
namespace {

/// Variables of the daemon's own environment that a command needs to run at all. Nothing else is
/// inherited, so that a function sees the same on every machine, and none of the daemon's secrets.
constexpr const char* kInherited[] = {"PATH",   "HOME", "LANG", "LC_ALL",
                                      "TMPDIR", "TZ",   "USER", "LD_LIBRARY_PATH"};

bool is_program(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

Variables inherited_variables() {
  Variables variables;
  for (const auto* name : kInherited) {
    if (const char* value = std::getenv(name); value != nullptr)
      variables.emplace_back(name, value);
  }
  return variables;
}

/// Where a language's interpreter really is, by its own word: what lies in PATH may be the wrapper
/// of a version manager, which is slow to start and may have no such version. Empty: it does not
/// run. Asked once.
std::string real_interpreter(const std::string& name, const std::string& option,
                             const std::string& question) {
  static std::mutex mutex;
  static std::map<std::string, std::string> known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(name); found != known.end()) return found->second;
  ProcessRequest request;
  request.command = {name, option, question};
  request.environment = inherited_variables();
  auto process = run_process(request);
  auto path = std::move(process.output);
  path.erase(std::min(path.find_last_not_of(" \r\n") + 1, path.size()));
  const bool is_found =
      process.end == ProcessResult::End::kExited && process.code == 0 && is_program(path);
  return known[name] = is_found ? path : std::string();
}

std::string real_python(const std::string& name) {
  return real_interpreter(name, "-c", "import sys; print(sys.executable)");
}

Launch refused(std::string error) {
  Launch launch;
  launch.error_type = "Runtime.InvalidEntrypoint";
  launch.error = std::move(error);
  return launch;
}

/// Extends a variable that holds a list of paths.
void append_path(Variables& variables, std::string_view name, const std::string& path) {
  for (auto& [known, value] : variables) {
    if (known != name) continue;
    value = value.empty() ? path : fmt::format("{}:{}", value, path);
    return;
  }
  variables.emplace_back(name, path);
}

Launch python_command(const Deployment& deployment, const LaunchParts& parts) {
  auto interpreter = parts.options.python;
  if (interpreter.empty()) interpreter = real_python(deployment.runtime);
  if (interpreter.empty()) interpreter = real_python("python3");
  if (interpreter.empty()) {
    return refused(fmt::format(
        "There is neither {} nor python3 on the daemon's PATH: install it or name it with "
        "--lambda-python",
        deployment.runtime));
  }
  Launch launch;
  launch.command = {std::move(interpreter), parts.python_bootstrap};
  return launch;
}

Launch node_command(const LaunchParts& parts) {
  auto interpreter = parts.options.node;
  if (interpreter.empty()) interpreter = real_interpreter("node", "-p", "process.execPath");
  if (interpreter.empty()) {
    return refused(
        "There is no node on the daemon's PATH: install it or name it with --lambda-node");
  }
  Launch launch;
  launch.command = {std::move(interpreter), parts.node_bootstrap};
  return launch;
}

Launch provided_command(const Deployment& deployment) {
  Launch launch;
  for (const auto* directory : {deployment.code.get(), deployment.layers.get()}) {
    if (directory == nullptr) continue;
    const auto path = directory->path() + "/bootstrap";
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    if (!is_program(path)) return refused("fork/exec /var/task/bootstrap: permission denied");
    launch.command = {path};
    return launch;
  }
  return refused("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
}

Launch plugin_command(const Deployment& deployment, const LaunchParts& parts) {
  namespace fs = std::filesystem;
  // The name may come with a package that nobody vouches for: it stays inside of it.
  const auto path = fs::path(deployment.handler).lexically_normal();
  if (path.empty() || path.is_absolute() || *path.begin() == "..")
    return refused(fmt::format("The handler {} is no path in the package", deployment.handler));
  if (std::error_code ignored; !fs::is_regular_file(deployment.code->path() / path, ignored))
    return refused(fmt::format("There is no {} in the package", deployment.handler));
  Launch launch;
  launch.command = {parts.plugin_host, kPluginHostCommand};
  return launch;
}

Launch command_of(const Deployment& deployment, const LaunchParts& parts) {
  const std::string_view runtime = deployment.runtime;
  if (runtime.starts_with("python")) return python_command(deployment, parts);
  if (runtime.starts_with("nodejs")) return node_command(parts);
  if (runtime.starts_with("provided")) return provided_command(deployment);
  if (runtime == "plugin") return plugin_command(deployment, parts);
  return refused(fmt::format(
      "The runtime {} is not run by this endpoint: python3.x, nodejs, provided and plugin are",
      runtime));
}

/// What Lambda tells a function of itself and of the machine.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
Variables variables_of_runtime(const Deployment& deployment, const std::string& log_stream) {
  const std::string layers = deployment.layers ? deployment.layers->path() : std::string();
  Variables variables = {
      {"_HANDLER", deployment.handler},
      {"LAMBDA_TASK_ROOT", deployment.code->path()},
      {"AWS_EXECUTION_ENV", "AWS_Lambda_" + deployment.runtime},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", deployment.log_group},
      {"AWS_LAMBDA_LOG_STREAM_NAME", log_stream},
      {"TZ", ":UTC"},
      {"LANG", "en_US.UTF-8"},
      {"PYTHONDONTWRITEBYTECODE", "1"},  // Code is read-only on Lambda, and its hash is its name.
  };
  if (layers.empty()) return variables;
  variables.emplace_back("LAMBDA_LAYERS", layers);
  const auto python = layers + "/python";
  variables.emplace_back(
      "PYTHONPATH", fmt::format("{}:{}/lib/{}/site-packages", python, python, deployment.runtime));
  variables.emplace_back("NODE_PATH", layers + "/nodejs/node_modules");
  return variables;
}

}  // namespace

Variables environment_of(const Deployment& deployment, const LaunchParts& parts,
                         const Variables& of_runtime) {
  auto variables = inherited_variables();
  // A 12-digit key is its account, so the function's SDK acts in the function's own account.
  const auto& key =
      deployment.account == parts.default_account ? std::string("test") : deployment.account;
  const std::pair<std::string, std::string> given[] = {
      {"AWS_ENDPOINT_URL", parts.endpoint_url},
      {"AWS_REGION", deployment.region},
      {"AWS_DEFAULT_REGION", deployment.region},
      {"AWS_ACCESS_KEY_ID", key},
      {"AWS_SECRET_ACCESS_KEY", "test"},
      {"AWS_LAMBDA_FUNCTION_NAME", deployment.name},
      {"AWS_LAMBDA_FUNCTION_VERSION", deployment.version},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(deployment.memory_mb)},
      {"AWS_EC2_METADATA_DISABLED", "true"}};
  variables.insert(variables.end(), std::begin(given), std::end(given));
  for (const auto* own : {&of_runtime, &deployment.environment}) {
    for (const auto& [name, value] : *own) {
      std::erase_if(variables, [&](const auto& known) { return known.first == name; });
      variables.emplace_back(name, value);
    }
  }
  return variables;
}

Launch launch_of(const Deployment& deployment, const LaunchParts& parts,
                 const std::string& log_stream) {
  auto launch = command_of(deployment, parts);
  if (!launch.error_type.empty()) return launch;
  launch.working_directory = deployment.code->path();
  launch.environment =
      environment_of(deployment, parts, variables_of_runtime(deployment, log_stream));
  if (deployment.runtime == "plugin") {
    append_path(launch.environment, "LD_LIBRARY_PATH", deployment.code->path());
    append_path(launch.environment, "LD_LIBRARY_PATH", deployment.code->path() + "/lib");
  }
  if (deployment.layers != nullptr) {
    append_path(launch.environment, "PATH", deployment.layers->path() + "/bin");
    append_path(launch.environment, "LD_LIBRARY_PATH", deployment.layers->path() + "/lib");
  }
  return launch;
}

}  // namespace cumulite::functions
