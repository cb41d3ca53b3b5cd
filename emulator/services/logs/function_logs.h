#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/environment.h"

/// How the rest of the daemon writes logs: functions above all, whose lines AWS keeps in the group
/// "/aws/lambda/NAME". Everything here opens its own transactions, so it must not be called inside
/// one; any thread may call. Throws storage::StorageError like every write.
namespace cumulite::logs {

struct LogLine {
  std::int64_t timestamp_ms = 0;  ///< Virtual time.
  std::string message;            ///< With its newline where the writer wrote one.
};

struct LogTarget {
  std::string account;
  std::string region;
  std::string group;
  std::string stream;
};

/// Appends the lines in their order; makes group and stream where they are missing. Lines above
/// 256 KiB are cut into several, empty ones are left out.
void write_log_lines(Environment& env, const LogTarget& target, const std::vector<LogLine>& lines);

/// One invocation of a function, as its log tells of it.
struct FunctionRun {
  std::string account;
  std::string region;
  std::string function_name;
  std::string version = "$LATEST";
  std::string log_group;   ///< Empty: "/aws/lambda/NAME".
  std::string log_stream;  ///< Of the instance that ran it: see function_log_stream.
  std::string request_id;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  double duration_ms = 0;
  std::optional<double> init_duration_ms = {};  ///< Of a cold start.
  std::int64_t memory_mb = 128;
  std::int64_t memory_used_mb = 0;
  std::string status = {};  ///< "timeout", "error": shown in the REPORT line when not empty.
  std::vector<LogLine> lines = {};  ///< What the function wrote.
};

/// "2026/11/22/[$LATEST]0123...": a new name for each instance of a function.
std::string function_log_stream(std::int64_t now_ms, std::string_view version = "$LATEST");
/// START, what the function wrote, END and REPORT: also what an invocation's log tail is cut from.
std::vector<LogLine> function_run_lines(const FunctionRun& run);
/// function_run_lines into the function's group.
void write_function_run(Environment& env, const FunctionRun& run);

}  // namespace cumulite::logs
