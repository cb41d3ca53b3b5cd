#include "emulator/functions/deployer.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/functions/code/zip_archive.h"
#include "emulator/functions/function.h"

namespace cumulite::functions {
namespace {

// What is kept ready at once, with its unpacked code.
constexpr std::size_t kKnownMax = 256;
constexpr std::size_t kEntriesWatchedMax = 5'000;

/// Members of a configured function ("exec", "http", "plugin") that the API has no words for.
void apply_definition(const std::string& json, Deployment& deployment) {
  const auto function = parse_function(json, {deployment.account, deployment.region});
  if (!function.ok()) return;
  deployment.runtime = runtime_name(function->runtime);
  deployment.command = function->command;
  deployment.working_directory = function->working_directory;
  deployment.url = function->url;
  if (function->runtime != Runtime::kPlugin) return;
  const std::filesystem::path library = function->library;
  deployment.handler = library.filename().string();
  deployment.code = std::make_shared<const CodeDirectory>(library.parent_path().string(), false);
}

/// When what a configured plugin runs was last built; 0 for all that lies in no file of its own.
std::int64_t library_change(const FoundFunction& found) {
  const auto& configuration = found.stored.configuration;
  if (found.stored.definition.empty() || configuration.Runtime != "plugin") return 0;
  std::error_code problem;
  const auto changed =
      std::filesystem::last_write_time(configuration.Handler.value_or(""), problem);
  return problem ? 0 : static_cast<std::int64_t>(changed.time_since_epoch().count());
}

std::string log_group_of(const api::lambda::FunctionConfiguration& configuration) {
  if (configuration.LoggingConfig && configuration.LoggingConfig->LogGroup)
    return *configuration.LoggingConfig->LogGroup;
  return "/aws/lambda/" + configuration.FunctionName.value_or("");
}

}  // namespace

std::int64_t newest_change(const std::string& directory) {
  namespace fs = std::filesystem;
  // Times of files count from an epoch of their own, most of them below zero.
  auto newest = std::numeric_limits<std::int64_t>::min();
  std::size_t seen = 0;
  std::error_code problem;
  for (fs::recursive_directory_iterator entry(directory, problem), end; entry != end && !problem;
       entry.increment(problem)) {
    const auto changed = fs::last_write_time(entry->path(), problem).time_since_epoch().count();
    newest = std::max<std::int64_t>(newest, changed);
    if (++seen == kEntriesWatchedMax) break;
  }
  return newest;
}

Result<CodeDirectoryPtr> Deployer::unpack_code(const FoundFunction& found) {
  const auto& stored = found.stored;
  if (!stored.local_code.empty())
    return CodeDirectoryPtr(std::make_shared<const CodeDirectory>(stored.local_code, false));
  if (!stored.code) return CodeDirectoryPtr();
  return code_cache_.unpack(
      stored.configuration.CodeSha256.value_or(""), [&]() -> Result<std::vector<std::string>> {
        return std::vector<std::string>{env_.blobs.read_all(*stored.code, kUnzippedBytesMax)};
      });
}

Result<CodeDirectoryPtr> Deployer::unpack_layers(const FoundFunction& found) {
  const auto& layers = found.stored.configuration.Layers;
  if (!layers || layers->empty()) return CodeDirectoryPtr();
  std::string id = "layers";
  for (const auto& layer : *layers) id += " " + layer.Arn.value_or("");
  return code_cache_.unpack(id, [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> archives;
    for (const auto& layer : *layers) {
      const auto row = find_layer(env_.store, layer.Arn.value_or(""));
      if (!row || !row->code) {
        return Error{"ResourceNotFoundException",
                     fmt::format("Layer version not found: {}", layer.Arn.value_or("")), 404};
      }
      archives.push_back(env_.blobs.read_all(*row->code, kUnzippedBytesMax));
    }
    return archives;
  });
}

Result<DeploymentPtr> Deployer::deploy(const FoundFunction& found) {
  const auto& configuration = found.stored.configuration;
  auto key =
      fmt::format("{}:{}:{}", found.id.arn(), found.version, configuration.RevisionId.value_or(""));
  if (!found.stored.local_code.empty())
    key += fmt::format(":{}", newest_change(found.stored.local_code));
  if (const auto changed = library_change(found); changed != 0) key += fmt::format(":{}", changed);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
  }
  auto deployment = std::make_shared<Deployment>();
  deployment->account = found.id.account;
  deployment->region = found.id.region;
  deployment->name = found.id.name;
  deployment->version = found.version;
  deployment->key = key;
  deployment->runtime = configuration.Runtime.value_or("");
  deployment->handler = configuration.Handler.value_or("");
  if (configuration.Environment && configuration.Environment->Variables)
    deployment->environment = *configuration.Environment->Variables;
  deployment->timeout_ms = std::int64_t{configuration.Timeout.value_or(3)} * 1'000;
  deployment->memory_mb = configuration.MemorySize.value_or(128);
  deployment->log_group = log_group_of(configuration);
  CUMULITE_ASSIGN(deployment->code, unpack_code(found));
  if (!found.stored.definition.empty()) apply_definition(found.stored.definition, *deployment);
  CUMULITE_ASSIGN(deployment->layers, unpack_layers(found));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kKnownMax) known_.clear();
  known_[key] = deployment;
  return DeploymentPtr(deployment);
}

void Deployer::forget(std::string_view function_arn) {
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [&](const auto& entry) {
    return function_arn.empty() || entry.second->arn() == function_arn;
  });
}

}  // namespace cumulite::functions
