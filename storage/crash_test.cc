#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/blob/blob_store.h"
#include "storage/kv/store.h"
#include "storage/test_directory.h"

namespace cumulite::storage {
namespace {

constexpr Space kCrashRows = 1;
constexpr Space kCounters = 2;
constexpr Space kCrashBlobs = 3;
constexpr int kThreads = 2;
constexpr const char* kDirectoryVariable = "CUMULITE_CRASH_DIRECTORY";
constexpr int kAcknowledgements = 3;  // The descriptor to which the writer reports.

struct Opened {
  explicit Opened(const std::string& directory)
      : store(open_rocksdb_store({.directory = directory, .unguarded_spaces = {kCrashBlobs}})),
        blobs(open_blob_store(*store, kCrashBlobs, directory, Durability::kProcess)) {}

  std::unique_ptr<Store> store;
  std::unique_ptr<BlobStore> blobs;
};

std::string row_of(int thread, int number) {
  return std::to_string(thread) + "/" + std::to_string(number);
}

// Every third body is a file; each is made of one letter, so that a mixed-up one is seen.
std::string body_of(int thread, int number) {
  const std::size_t size = number % 3 == 0 ? 100'000 : 200;
  return std::string(size, static_cast<char>('a' + (thread * 7 + number) % 26));
}

// One commit: row `number` with its body, a count, and the end of row `number - 10` and its body.
void write_row(Opened& opened, int thread, int number) {
  const auto spool = opened.blobs->make_spool();
  spool->append(body_of(thread, number));
  opened.blobs->prepare(*spool);
  opened.store->transact(
      {Domain::exclusive_on(kCrashRows, std::to_string(thread) + "/")}, [&](Txn& txn) {
        txn.put(kCrashRows, row_of(thread, number), opened.blobs->adopt(txn, *spool).encode());
        txn.add(kCounters, "rows", 1);
        if (number < 10) return;
        const std::string old = row_of(thread, number - 10);
        opened.blobs->release(txn, *BlobRef::decode(*txn.get(kCrashRows, old)));
        txn.del(kCrashRows, old);
        txn.add(kCounters, "rows", -1);
      });
}

// The process that is killed: writes on two threads and reports each commit after it returned. Runs
// only when CrashTest below starts it.
TEST(CrashTest, DISABLED_Writer) {
  const char* directory = std::getenv(kDirectoryVariable);
  ASSERT_NE(directory, nullptr);
  Opened opened(directory);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&opened, thread] {
      for (int number = 0;; ++number) {
        write_row(opened, thread, number);
        const std::string line = row_of(thread, number) + "\n";
        if (::write(kAcknowledgements, line.data(), line.size()) < 0) return;
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

// Starts the writer, kills it after so many acknowledgements; the last acknowledged row per thread.
std::map<int, int> run_and_kill(const std::string& directory, int acknowledgements) {
  int pipe_ends[2];
  EXPECT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], kAcknowledgements);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::setenv(kDirectoryVariable, directory.c_str(), 1);
  std::string program = "/proc/self/exe";
  std::string filter = "--gtest_filter=CrashTest.DISABLED_Writer";
  std::string disabled = "--gtest_also_run_disabled_tests";
  char* arguments[] = {program.data(), filter.data(), disabled.data(), nullptr};
  pid_t child = 0;
  EXPECT_EQ(::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  std::map<int, int> last;
  FILE* reports = ::fdopen(pipe_ends[0], "r");
  int thread = 0;
  int number = 0;
  // What was reported before the kill is still in the pipe after it, and counts.
  for (int count = 1; std::fscanf(reports, "%d/%d", &thread, &number) == 2; ++count) {
    last[thread] = number;
    if (count == acknowledgements) ::kill(child, SIGKILL);
  }
  std::fclose(reports);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
  return last;
}

void expect_whole(const TestDirectory& directory, const std::map<int, int>& acknowledged) {
  const Opened opened(directory.path());
  const Page page = opened.store->range(kCrashRows, "", "");
  std::map<int, std::vector<int>> numbers;
  int files = 0;
  for (const KeyValue& row : page.rows) {
    int thread = 0;
    int number = 0;
    ASSERT_EQ(std::sscanf(row.key.c_str(), "%d/%d", &thread, &number), 2);
    numbers[thread].push_back(number);
    const auto blob = BlobRef::decode(row.value);
    ASSERT_TRUE(blob);
    files += blob->in_file ? 1 : 0;
    ASSERT_EQ(opened.blobs->read_all(*blob, 100'000), body_of(thread, number)) << row.key;
  }
  for (const auto& [thread, last] : acknowledged) {
    auto& found = numbers[thread];
    std::sort(found.begin(), found.end());
    ASSERT_FALSE(found.empty());
    // One commit may have happened without its report; none may be missing, and each is whole.
    EXPECT_GE(found.back(), last);
    EXPECT_LE(found.back(), last + 1);
    EXPECT_EQ(found.size(), static_cast<std::size_t>(std::min(found.back() + 1, 10)));
    EXPECT_EQ(found.back() - found.front() + 1, static_cast<int>(found.size()));
  }
  EXPECT_EQ(opened.store->counter(kCounters, "rows"), static_cast<int>(page.rows.size()));
  EXPECT_EQ(directory.count_files("blobs"), files);
  EXPECT_EQ(directory.count_files("spool"), 0);
}

// Acknowledged is kept: after SIGKILL at any instant every reported commit is there with its body,
// the counter agrees with the rows, and no file is left that no row names.
TEST(CrashTest, AKilledWriterLosesNothingThatItReported) {
  std::mt19937 random(7);
  for (int round = 0; round < 5; ++round) {
    const TestDirectory directory;
    const auto acknowledged = run_and_kill(directory.path(), 5 + static_cast<int>(random() % 300));
    ASSERT_NO_FATAL_FAILURE(expect_whole(directory, acknowledged));
  }
}

}  // namespace
}  // namespace cumulite::storage
