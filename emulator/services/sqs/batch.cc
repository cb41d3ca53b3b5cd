#include "emulator/services/sqs/batch.h"

#include <algorithm>
#include <cctype>

namespace cumulite::sqs {
namespace {

constexpr std::size_t kIdBytesMax = 80;

bool is_batch_id(std::string_view id) {
  return !id.empty() && id.size() <= kIdBytesMax && std::all_of(id.begin(), id.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
}

}  // namespace

Result<void> check_batch_ids(const std::vector<std::string_view>& ids) {
  if (ids.size() > kBatchEntriesMax) return errors::too_many_entries(ids.size());
  std::unordered_set<std::string_view> seen;
  for (const std::string_view id : ids) {
    if (!is_batch_id(id)) return errors::invalid_batch_entry_id();
    if (!seen.insert(id).second) return errors::ids_not_distinct(id);
  }
  return {};
}

api::BatchResultErrorEntry failed_entry(const std::string& id, const Error& error) {
  return {.Id = id,
          .SenderFault = error.http_status < 500,
          .Code = error.code,
          .Message = error.message};
}

}  // namespace cumulite::sqs
