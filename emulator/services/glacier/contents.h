#pragma once

#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/glacier/records.h"

namespace cumulite::glacier {

/// The bodies that a row names.
Blobs blobs_of(const storage::KeyValue& row);

/// Deletes some of the rows whose key begins with the prefix (an account's, or what a vault holds),
/// and the bodies that they name; returns whether there are more.
bool drop_some(storage::Txn& txn, Environment& env, std::string_view prefix);

/// Deletes every row whose key begins with the prefix, in as many transactions as that needs.
void drop_rows(Environment& env, std::string_view prefix);

}  // namespace cumulite::glacier
