#pragma once

#include <string_view>
#include <vector>

#include "emulator/core/environment.h"
#include "emulator/core/snapshot_part.h"

namespace cumulite::s3 {

/// Drops every bucket of the account with all that is in it, for a reset: no events, no locks.
void drop_buckets(Environment& env, std::string_view account);

/// All rows of the account, and the bodies that one of them names: for snapshots.
std::vector<RowRange> rows_of_account(const storage::Reader& reader, std::string_view account);
std::vector<storage::BlobRef> bodies_of_row(const RowRange& range, const storage::KeyValue& row);

}  // namespace cumulite::s3
