#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/environment.h"
#include "emulator/snapshots/shelf.h"
#include "protocol/result.h"

namespace cumulite::snapshots {

/// Saved states of the daemon or of one account, kept in its data directory, and taking the present
/// state's place again. Saving and restoring the whole takes time by the number of files (a
/// checkpoint of the rows, hard links of the bodies), an account's by the number of its rows.
/// Both wait for the handlers that run and hold up new ones. Thread-safe: calls follow one another.
class Snapshots {
 public:
  explicit Snapshots(Environment& env);
  ~Snapshots();

  /// Runs after each restore of the account (empty: all), when requests run again.
  void on_restored(std::function<void(std::string_view account)> action);
  /// Completes the restore of an account that a kill cut short. After the services have started,
  /// before anything else runs.
  void recover();

  /// Error: InvalidName, SnapshotExists (unless it may be replaced), TooManySnapshots.
  Result<Snapshot> save(const std::string& name, const std::string& account, bool may_replace);
  std::vector<Snapshot> list();
  /// Error: NoSuchSnapshot.
  Result<Snapshot> find(const std::string& name);
  /// Error: NoSuchSnapshot; InvalidSnapshot when it cannot be read: then nothing has changed.
  Result<Snapshot> restore(const std::string& name);
  Result<void> remove(const std::string& name);

  /// Where its files lie, for an export. Error: NoSuchSnapshot.
  Result<std::string> directory_of(const std::string& name);
  /// Where the archive of an import grows.
  std::string archive_path(const std::string& name) const;
  /// Makes a snapshot of the archive there, which goes. Error: InvalidSnapshot, SnapshotExists.
  Result<Snapshot> import_archive(const std::string& name);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cumulite::snapshots
