#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// What the three batch operations share.
namespace cumulite::sqs {

inline constexpr std::size_t kBatchEntriesMax = 10;

/// Checks number and ids of the entries. Errors: EmptyBatchRequest, TooManyEntriesInBatchRequest,
/// InvalidBatchEntryId, BatchEntryIdsNotDistinct.
Result<void> check_batch_ids(const std::vector<std::string_view>& ids);

template <class Entry>
Result<void> check_batch(const std::vector<Entry>& entries) {
  std::vector<std::string_view> ids;
  for (const Entry& entry : entries) {
    ids.push_back(entry.Id ? std::string_view(*entry.Id) : std::string_view());
  }
  return check_batch_ids(ids);
}

/// The failed entry of a batch answer.
api::BatchResultErrorEntry failed_entry(const std::string& id, const Error& error);

}  // namespace cumulite::sqs
