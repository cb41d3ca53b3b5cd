#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/result.h"

/// What a processing function is; kept as a JSON row and configured as the same JSON, in the
/// functions file and through the admin API.
namespace cumulite::functions {

inline constexpr std::int64_t kTimeoutSecondsMax = 900;
inline constexpr std::int64_t kConcurrencyMax = 1'000;
inline constexpr std::int64_t kRetriesMax = 2;
inline constexpr std::int64_t kMemoryMbMin = 128;
inline constexpr std::int64_t kMemoryMbMax = 10'240;

enum class Runtime : std::uint8_t {
  kExec,    ///< A command: event JSON on stdin, result JSON on stdout, logs on stderr.
  kHttp,    ///< The event is POSTed to a URL; the answer's body is the result.
  kPlugin,  ///< A shared object in a process of its own: plugin/cumulite_plugin.h.
};

/// JSON members have these names: {"name", "runtime": "exec"|"http"|"plugin", "command": [...],
/// "url", "library", "working_directory", "environment": {...}, "timeout_seconds", "memory_mb",
/// "concurrency", "retries", "dead_letter_arn", "account", "region"}.
struct Function {
  std::string name;  ///< 1 to 64 of [A-Za-z0-9_-].
  std::string account;
  std::string region;
  Runtime runtime = Runtime::kExec;
  std::vector<std::string> command =
      {};                    ///< kExec: program and arguments; the program is looked up in PATH.
  std::string url = {};      ///< kHttp.
  std::string library = {};  ///< kPlugin: absolute path of the shared object.
  std::string working_directory = {};  ///< kExec; empty: the daemon's.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::int64_t timeout_seconds = 30;  ///< 1 to kTimeoutSecondsMax, real time.
  std::int64_t memory_mb = 128;       ///< kPlugin: kMemoryMbMin to kMemoryMbMax.
  std::int64_t concurrency = 10;      ///< Invocations at a time, 1 to kConcurrencyMax.
  std::int64_t retries = 2;           ///< Of a failed asynchronous invocation, 0 to kRetriesMax.
  std::string dead_letter_arn = {};   ///< Queue or topic for an event whose retries ran out.

  /// arn:aws:lambda:REGION:ACCOUNT:function:NAME
  std::string arn() const;
};

/// Account and region for what a document leaves out.
struct Scope {
  std::string account;
  std::string region;
};

/// "exec", "http", "plugin".
std::string_view runtime_name(Runtime runtime);
/// Errors: `ValidationException` that names the member.
Result<Function> parse_function(std::string_view json, const Scope& scope);
std::string to_json(const Function& function);

/// Function name of an ARN or of a bare name; any qualifier is cut off.
std::string function_name(std::string_view arn_or_name);

}  // namespace cumulite::functions
