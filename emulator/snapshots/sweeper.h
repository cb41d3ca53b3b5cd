#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace cumulite::snapshots {

/// Removes in the background what restores have put aside, so that no restore waits for it. Ends
/// what it has begun when it is destroyed, and leaves the rest to the next start.
class Sweeper {
 public:
  explicit Sweeper(std::string data_directory);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  void add(std::string put_aside);

 private:
  void work();

  std::string data_directory_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;  ///< mutex_.
  bool is_stopping_ = false;         ///< mutex_.
  std::thread worker_;               ///< Started with the first piece of work.
};

}  // namespace cumulite::snapshots
