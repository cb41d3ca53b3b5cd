#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// What the three batch operations share.
namespace cumulite::sqs {

inline constexpr std::size_t kBatchEntriesMax = 10;

/// Checks number and ids of entries. Errors: TooManyEntriesInBatchRequest, InvalidBatchEntryId,
/// BatchEntryIdsNotDistinct; `check_batch` also EmptyBatchRequest.
Result<void> check_batch_ids(const std::vector<std::string_view>& ids);

/// What refusals call an entry.
template <class Entry>
constexpr std::string_view entry_name() {
  if constexpr (std::is_same_v<Entry, api::SendMessageBatchRequestEntry>) {
    return "SendMessageBatchRequestEntry";
  } else if constexpr (std::is_same_v<Entry, api::DeleteMessageBatchRequestEntry>) {
    return "DeleteMessageBatchRequestEntry";
  } else {
    return "ChangeMessageVisibilityBatchRequestEntry";
  }
}

template <class Entry>
Result<void> check_batch(const std::optional<std::vector<Entry>>& entries) {
  if (!entries || entries->empty()) return errors::empty_batch(entry_name<Entry>());
  std::vector<std::string_view> ids;
  for (const Entry& entry : *entries) {
    ids.push_back(entry.Id ? std::string_view(*entry.Id) : std::string_view());
  }
  return check_batch_ids(ids);
}

/// The failed entry of a batch answer.
api::BatchResultErrorEntry failed_entry(const std::string& id, const Error& error);

/// The answer of a batch whose entries succeed or fail each by itself, by what `apply(entry)`, a
/// Result<void>, says of them. A list that stays empty is left out, as AWS does.
template <class Answer, class Entry, class Apply>
Answer apply_entries(const std::vector<Entry>& entries, Apply&& apply) {
  Answer answer;
  for (const Entry& entry : entries) {
    if (const auto applied = apply(entry); applied.ok()) {
      if (!answer.Successful) answer.Successful.emplace();
      answer.Successful->push_back({.Id = entry.Id});
    } else {
      if (!answer.Failed) answer.Failed.emplace();
      answer.Failed->push_back(failed_entry(*entry.Id, applied.error()));
    }
  }
  return answer;
}

}  // namespace cumulite::sqs
