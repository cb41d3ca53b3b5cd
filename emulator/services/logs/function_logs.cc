#include "emulator/services/logs/function_logs.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/services/logs/append.h"
#include "emulator/services/logs/records.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::logs {
namespace {

constexpr std::size_t kLineBytesMax = 256 * 1024;
constexpr std::size_t kBatchBytesMax = 1024 * 1024;
constexpr std::size_t kInstanceHexDigits = 32;

/// What fits into one event each, at borders between characters.
void append_pieces(const LogLine& line, std::vector<LogLine>& pieces) {
  std::string_view rest = line.message;
  while (!rest.empty()) {
    std::size_t size = std::min(rest.size(), kLineBytesMax);
    while (size < rest.size() && size > 1 && (static_cast<unsigned char>(rest[size]) >> 6) == 2) {
      --size;
    }
    pieces.push_back({line.timestamp_ms, std::string(rest.substr(0, size))});
    rest.remove_prefix(size);
  }
}

void ensure_stream(Environment& env, const GroupRef& group, const std::string& stream,
                   std::int64_t now_ms) {
  storage::Domains domains = group_domains(group);
  domains.push_back(storage::Domain::shared_on(spaces::kLogs, keys::streams(group)));
  domains.push_back(storage::Domain::exclusive_on(spaces::kLogs, keys::stream(group, stream)));
  env.store.transact(domains, [&](storage::Txn& txn) {
    const std::string group_key = keys::group(group);
    if (!txn.get(spaces::kLogs, group_key)) {
      Group record;
      record.created_ms = now_ms;
      txn.put(spaces::kLogs, group_key, encode_group(record));
    }
    const std::string stream_key = keys::stream(group, stream);
    if (txn.get(spaces::kLogs, stream_key)) return;
    Stream record;
    record.created_ms = now_ms;
    txn.put(spaces::kLogs, stream_key, encode_stream(record));
  });
}

void append_batch(Environment& env, const GroupRef& group, const std::string& stream,
                  const std::vector<LogLine>& batch, std::int64_t now_ms) {
  // The group may be deleted between the two transactions, by whoever tidies up after a test.
  constexpr int kTriesMax = 3;
  for (int tried = 0; tried < kTriesMax; ++tried) {
    const bool appended = env.store.transact(stream_domains(group, stream), [&](storage::Txn& txn) {
      return append_lines(txn, group, stream, batch, now_ms);
    });
    if (appended) return;
    ensure_stream(env, group, stream, now_ms);
  }
}

}  // namespace

void write_log_lines(Environment& env, const LogTarget& target, const std::vector<LogLine>& lines) {
  const GroupRef group{target.account, target.region, target.group};
  const std::int64_t now_ms = env.clock.now_ms(target.account);
  std::vector<LogLine> pieces;
  for (const LogLine& line : lines) append_pieces(line, pieces);
  std::vector<LogLine> batch;
  std::size_t batch_bytes = 0;
  for (LogLine& piece : pieces) {
    const std::size_t size = piece.message.size() + kEventOverheadBytes;
    if (batch_bytes + size > kBatchBytesMax) {
      append_batch(env, group, target.stream, batch, now_ms);
      batch.clear();
      batch_bytes = 0;
    }
    batch_bytes += size;
    batch.push_back(std::move(piece));
  }
  if (!batch.empty()) append_batch(env, group, target.stream, batch, now_ms);
}

std::string function_log_stream(std::int64_t now_ms, std::string_view version) {
  constexpr std::size_t kDayCharacters = 10;
  std::string day;
  codec::append_iso8601({now_ms}, false, day);
  day.resize(kDayCharacters);
  std::replace(day.begin(), day.end(), '-', '/');
  return fmt::format("{}/[{}]{}", day, version, ids::random_hex(kInstanceHexDigits));
}

std::vector<LogLine> function_run_lines(const FunctionRun& run) {
  std::vector<LogLine> lines;
  lines.push_back({run.started_ms,
                   fmt::format("START RequestId: {} Version: {}\n", run.request_id, run.version)});
  lines.insert(lines.end(), run.lines.begin(), run.lines.end());
  lines.push_back({run.ended_ms, fmt::format("END RequestId: {}\n", run.request_id)});
  const double billed_ms = std::max(1.0, std::ceil(run.duration_ms));
  std::string report = fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {:.0f} ms\tMemory Size: {} MB\t"
      "Max Memory Used: {} MB\t",
      run.request_id, run.duration_ms, billed_ms, run.memory_mb, run.memory_used_mb);
  if (run.init_duration_ms) {
    report += fmt::format("Init Duration: {:.2f} ms\t", *run.init_duration_ms);
  }
  if (!run.status.empty()) report += fmt::format("Status: {}\t", run.status);
  lines.push_back({run.ended_ms, report + "\n"});
  return lines;
}

void write_function_run(Environment& env, const FunctionRun& run) {
  const std::string group =
      run.log_group.empty() ? "/aws/lambda/" + run.function_name : run.log_group;
  write_log_lines(env, {run.account, run.region, group, run.log_stream}, function_run_lines(run));
}

}  // namespace cumulite::logs
