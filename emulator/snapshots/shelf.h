#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace cumulite::snapshots {

/// So many may be kept; each holds on to the bytes that were changed or deleted since.
inline constexpr std::size_t kSnapshotsMax = 200;

/// An account's clock, where it has one of its own.
struct SavedClock {
  std::int64_t virtual_ms = 0;
  std::int64_t real_ms = 0;  ///< When it showed that.
  double scale = 1.0;
  bool frozen = false;
};

/// What is told of a snapshot, kept beside it as JSON.
struct Snapshot {
  std::string name;
  std::string account;  ///< Empty: the whole state.
  std::int64_t created_real_ms = 0;
  std::int64_t clock_ms = 0;  ///< What the (account's) clock showed.
  std::uint64_t size_bytes = 0;
  std::uint64_t file_count = 0;
  std::optional<SavedClock> own_clock;
};

std::string to_json(const Snapshot& snapshot);
/// Error: not a description of a snapshot that this version knows.
Result<Snapshot> parse_snapshot(std::string_view json);

/// 1-128 letters, digits, '.', '-' and '_', beginning with a letter or digit: never a path.
bool is_valid_name(std::string_view name);

/// The snapshots of a data directory: DIR/snapshots/NAME, each with a `snapshot.json` that is
/// written last. One that is being made or removed has a name that begins with a dot, so a kill
/// leaves nothing that looks whole. Not thread-safe: Snapshots serializes.
class Shelf {
 public:
  /// Removes what a killed process left unfinished.
  explicit Shelf(const std::string& data_directory);

  std::vector<Snapshot> list() const;
  std::optional<Snapshot> find(const std::string& name) const;
  std::string path_of(const std::string& name) const;

  /// An empty folder for a snapshot in the making; an earlier one's leftovers go.
  std::string begin(const std::string& name);
  /// The description in that folder, where an import put one. Error: InvalidSnapshot.
  Result<Snapshot> describe_draft(const std::string& name) const;
  /// Counts the files, writes the description and gives the folder its name, in place of the
  /// snapshot that had it.
  Snapshot finish(Snapshot snapshot);
  void give_up(const std::string& name);
  bool remove(const std::string& name);

 private:
  std::string draft_of(const std::string& name) const;

  std::string directory_;
};

}  // namespace cumulite::snapshots
