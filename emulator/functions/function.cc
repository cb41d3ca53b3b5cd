#include "emulator/functions/function.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "emulator/functions/json_members.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNameLengthMax = 64;
constexpr std::pair<Runtime, std::string_view> kRuntimes[] = {
    {Runtime::kExec, "exec"}, {Runtime::kHttp, "http"}, {Runtime::kPlugin, "plugin"}};

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameLengthMax &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

void check_runtime(const Function& function, std::string_view runtime, Members& members) {
  if (runtime != runtime_name(function.runtime))
    members.complain("runtime", "must be \"exec\", \"http\" or \"plugin\"");
  if (function.runtime == Runtime::kExec &&
      (function.command.empty() || function.command.front().empty())) {
    members.complain("command", "must name the program to run, as a list of program and arguments");
  }
  if (function.runtime == Runtime::kHttp && !function.url.starts_with("http://") &&
      !function.url.starts_with("https://")) {
    members.complain("url", "must be an http:// or https:// URL");
  }
  if (function.runtime == Runtime::kPlugin && !function.library.starts_with('/'))
    members.complain("library", "must be the absolute path of a shared object");
  for (const auto& [name, value] : function.environment) {
    if (name.empty() || name.find('=') != std::string::npos ||
        value.find('\0') != std::string::npos) {
      members.complain("environment", "has a name or value that no environment can hold");
    }
  }
}

}  // namespace

std::string Function::arn() const {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, name);
}

std::string_view runtime_name(Runtime runtime) {
  for (const auto& [known, name] : kRuntimes) {
    if (known == runtime) return name;
  }
  return {};
}

Result<Function> parse_function(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(auto members, Members::parse(json));
  Function function;
  function.name = members.text("name");
  function.account = members.text("account", scope.account);
  function.region = members.text("region", scope.region);
  const auto runtime = members.text("runtime", "exec");
  for (const auto& [known, name] : kRuntimes) {
    if (runtime == name) function.runtime = known;
  }
  function.command = members.texts("command");
  function.url = members.text("url");
  function.library = members.text("library");
  function.working_directory = members.text("working_directory");
  function.environment = members.map("environment");
  function.timeout_seconds =
      members.number("timeout_seconds", function.timeout_seconds, 1, kTimeoutSecondsMax);
  function.memory_mb = members.number("memory_mb", function.memory_mb, kMemoryMbMin, kMemoryMbMax);
  function.concurrency = members.number("concurrency", function.concurrency, 1, kConcurrencyMax);
  function.retries = members.number("retries", function.retries, 0, kRetriesMax);
  function.dead_letter_arn = members.text("dead_letter_arn");
  if (!valid_name(function.name))
    members.complain("name", "must be 1 to 64 letters, digits, '-' or '_'");
  check_runtime(function, runtime, members);
  CUMULITE_TRY(members.finish());
  return function;
}

std::string to_json(const Function& function) {
  Json document = {{"name", function.name},
                   {"account", function.account},
                   {"region", function.region},
                   {"runtime", runtime_name(function.runtime)},
                   {"timeout_seconds", function.timeout_seconds},
                   {"memory_mb", function.memory_mb},
                   {"concurrency", function.concurrency},
                   {"retries", function.retries},
                   {"environment", Json::object()}};
  for (const auto& [name, value] : function.environment) document["environment"][name] = value;
  if (!function.command.empty()) document["command"] = function.command;
  if (!function.url.empty()) document["url"] = function.url;
  if (!function.library.empty()) document["library"] = function.library;
  if (!function.working_directory.empty())
    document["working_directory"] = function.working_directory;
  if (!function.dead_letter_arn.empty()) document["dead_letter_arn"] = function.dead_letter_arn;
  return document.dump();
}

std::string function_name(std::string_view arn_or_name) {
  constexpr std::string_view kMark = ":function:";
  if (const auto at = arn_or_name.find(kMark); at != std::string_view::npos)
    arn_or_name.remove_prefix(at + kMark.size());
  return std::string(arn_or_name.substr(0, arn_or_name.find(':')));
}

}  // namespace cumulite::functions
