#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/snapshot_part.h"
#include "protocol/http/request.h"
#include "protocol/http/response.h"

namespace cumulite {

/// One call to the daemon itself. It may block: admin calls run on the pool.
struct AdminCall {
  const http::Request& request;
  std::string_view body;
};

/// Who answers which of the daemon's own paths ("/_cumulite/clock", "/_aws/sqs/messages"). Filled
/// before the server starts, by emulator/admin and by services in Service::start.
class AdminRegistry {
 public:
  using Handler = std::function<http::Response(const AdminCall& call)>;

  /// Answers `path` and everything below it. The longest registered path wins.
  void add(std::string path, Handler handler) {
    entries_.emplace_back(std::move(path), std::move(handler));
  }

  /// Runs when the state of an account (empty: of all) is dropped: for parts that are no service.
  void on_reset(std::function<void(std::string_view account)> action) {
    reset_actions_.push_back(std::move(action));
  }

  void run_reset(std::string_view account) const {
    for (const auto& action : reset_actions_) action(account);
  }

  /// What snapshots keep of a service; in Service::start.
  void add_part(std::unique_ptr<SnapshotPart> part) { parts_.push_back(std::move(part)); }

  const std::vector<std::unique_ptr<SnapshotPart>>& parts() const { return parts_; }

  /// Held by calls that drop or exchange state, which therefore follow one another.
  std::mutex& state_mutex() { return state_mutex_; }

  const Handler* find(std::string_view path) const {
    const std::pair<std::string, Handler>* best = nullptr;
    for (const auto& entry : entries_) {
      if (!path.starts_with(entry.first)) continue;
      const std::string_view rest = path.substr(entry.first.size());
      if (!rest.empty() && rest.front() != '/') continue;
      if (best == nullptr || entry.first.size() > best->first.size()) best = &entry;
    }
    return best == nullptr ? nullptr : &best->second;
  }

 private:
  std::vector<std::pair<std::string, Handler>> entries_;
  std::vector<std::function<void(std::string_view)>> reset_actions_;
  std::vector<std::unique_ptr<SnapshotPart>> parts_;
  std::mutex state_mutex_;
};

}  // namespace cumulite
