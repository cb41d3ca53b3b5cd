#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "emulator/daemon/config.h"

namespace cumulite {

/// The composition root: makes every part, in the order in which they need each other, and takes
/// them apart in reverse. One a process.
class Daemon {
 public:
  explicit Daemon(Config config);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Opens the data, starts services, workers and the server. Throws std::runtime_error with a
  /// message for the user: port or data directory in use, bad credentials file, data of a newer
  /// version.
  void start();
  /// Lets calls in flight finish, then stops everything. A temporary data directory is removed.
  void stop();

  /// "http://127.0.0.1:4566", after start.
  const std::string& endpoint_url() const;
  const std::string& data_directory() const;
  bool is_data_temporary() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cumulite
