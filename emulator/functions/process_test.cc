#include "emulator/functions/process.h"

#include <signal.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>

namespace cumulite::functions {
namespace {

using End = ProcessResult::End;

ProcessRequest shell(std::string script) {
  ProcessRequest request;
  request.command = {"sh", "-c", std::move(script)};
  request.environment = {{"PATH", "/usr/bin:/bin"}};
  request.timeout_ms = 10'000;
  return request;
}

/// Gone, or a zombie that nobody reaped yet, within a second.
bool ends_soon(int pid) {
  for (int i = 0; i < 1'000; ++i) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(stat), {}};
    if (text.empty() || text.find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

TEST(ProcessTest, FeedsStdinAndKeepsBothOutputsApart) {
  auto request = shell("cat; echo note >&2");
  const std::string input(300'000, 'x');  // More than a pipe holds.
  request.input = input;
  const auto result = run_process(request);
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.output, input);
  EXPECT_EQ(result.log, "note\n");
}

TEST(ProcessTest, ReportsStatusAndSignal) {
  auto exits = run_process(shell("exit 3"));
  EXPECT_EQ(exits.end, End::kExited);
  EXPECT_EQ(exits.code, 3);
  auto dies = run_process(shell("kill -TERM $$"));
  EXPECT_EQ(dies.end, End::kSignalled);
  EXPECT_EQ(dies.code, SIGTERM);
}

TEST(ProcessTest, GivesTheEnvironmentAndNothingElse) {
  auto request = shell("echo $NAME; env | wc -l");
  request.environment.emplace_back("NAME", "value");
  const auto result = run_process(request);
  EXPECT_TRUE(result.output.starts_with("value\n")) << result.output;
}

// A time-out that left grandchildren behind would let them work on, unseen.
TEST(ProcessTest, TimeoutKillsTheWholeGroup) {
  auto request = shell("sleep 30 & echo $!; wait");
  request.timeout_ms = 200;
  const auto start = std::chrono::steady_clock::now();
  const auto result = run_process(request);
  EXPECT_EQ(result.end, End::kTimedOut);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  const auto grandchild = std::stoi(result.output);
  EXPECT_TRUE(ends_soon(grandchild));
}

// A command that daemonises part of itself must not hold the invocation open.
TEST(ProcessTest, EndsWithTheCommandThoughHeirsHoldItsOutput) {
  auto request = shell("sleep 30 & echo done");
  const auto start = std::chrono::steady_clock::now();
  const auto result = run_process(request);
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.output, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(ProcessTest, BoundsOutputAndLog) {
  auto request = shell("head -c 100000 /dev/zero | tr '\\0' a >&2; echo ok");
  request.log_bytes_max = 1'000;
  auto result = run_process(request);
  EXPECT_EQ(result.log.size(), 1'000U);
  EXPECT_EQ(result.output, "ok\n");
  request = shell("head -c 100000 /dev/zero");
  request.output_bytes_max = 50'000;
  EXPECT_EQ(run_process(request).end, End::kOutputTooLarge);
}

TEST(ProcessTest, AMissingProgramIsAClearError) {
  auto request = shell("");
  request.command = {"no-such-program-anywhere"};
  const auto result = run_process(request);
  EXPECT_EQ(result.end, End::kNotStarted);
  EXPECT_NE(result.log.find("no-such-program-anywhere"), std::string::npos);
}

TEST(ProcessTest, CanBeCancelled) {
  std::atomic<bool> cancelled = true;
  auto request = shell("sleep 30");
  request.cancelled = &cancelled;
  EXPECT_EQ(run_process(request).end, End::kCancelled);
}

}  // namespace
}  // namespace cumulite::functions
