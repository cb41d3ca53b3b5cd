#include <optional>
#include <string>

#include "emulator/core/expedited_capacity.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/retrieval/limits.h"

namespace cumulite::glacier {

namespace {

constexpr ExpeditedCapacity kCapacity = {
    .space = spaces::kGlacier,
    .key =
        [](std::string_view account) {
          return keys::account_row(account, {}, keys::AccountRow::kExpeditedCapacity);
        },
    .what = "jobs",
};

}  // namespace

std::optional<std::uint64_t> expedited_capacity(const storage::Reader& reader,
                                                const Settings& settings,
                                                std::string_view account) {
  return kCapacity.read(reader, settings, account);
}

void add_admin_paths(Environment& env) {
  kCapacity.add_path(env, "/_cumulite/glacier/expedited-capacity");
}

}  // namespace cumulite::glacier
