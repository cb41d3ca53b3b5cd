#pragma once

#include <string>

#include "emulator/services/dynamodb/database.h"
#include "protocol/time_units.h"

namespace cumulite::dynamodb {

/// The row of an import or of a bulk put: its description, and the request that a repeated token
/// must come with.
template <class Description>
struct TransferRecord {
  Description description = {};
  std::string request = {};

  std::string encode() const;
  /// Throws storage::StorageError on a corrupt row.
  static TransferRecord decode(std::string_view bytes);
};

using ImportRecord = TransferRecord<api::ImportTableDescription>;
using BulkRecord = TransferRecord<api::BulkOperationDescription>;

/// For how long a client token names the same work.
inline constexpr std::int64_t kTransferTokenMs = 8 * kHourMs;
/// For how long it is listed.
inline constexpr std::int64_t kTransferListedMs = 90 * kDayMs;

}  // namespace cumulite::dynamodb
