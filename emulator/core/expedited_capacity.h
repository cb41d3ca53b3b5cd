#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "storage/kv/store.h"

namespace cumulite {

/// How many Expedited retrievals may be in progress at once: what an admin call set, for an account
/// or for all, else the setting. Glacier and the archive classes of S3 each have one.
struct ExpeditedCapacity {
  storage::Space space;
  std::string (*key)(std::string_view account);  ///< Of its row; an empty account: for all.
  std::string_view what;                         ///< "jobs": what is counted, for messages.

  /// nullopt: there is no bound.
  std::optional<std::uint64_t> read(const storage::Reader& reader, const Settings& settings,
                                    std::string_view account) const;

  /// Serves `path`: GET shows `{"account", "capacity"}`, POST changes it; 400 with a message that
  /// says how for anything else.
  void add_path(Environment& env, std::string path) const;
};

}  // namespace cumulite
