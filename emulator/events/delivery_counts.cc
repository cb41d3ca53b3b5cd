#include "emulator/events/delivery_counts.h"

#include "emulator/core/spaces.h"
#include "storage/kv/counter_value.h"
#include "storage/kv/key_codec.h"

namespace cumulite {
namespace {

using spaces::kCaptured;

/// No account begins with it, so the counters lie behind all messages of the space.
constexpr char kCounters = '\xff';
constexpr std::string_view kTopicArn = "arn:aws:sns:";

std::string account_key(std::string_view account) {
  std::string key(1, kCounters);
  if (!account.empty()) storage::append_part(key, account);
  return key;
}

/// "arn:aws:sns:REGION:ACCOUNT:NAME"
std::string source_key(std::string_view arn) {
  const auto region_end = arn.find(':', kTopicArn.size());
  const auto account_end = arn.find(':', region_end + 1);
  std::string key = account_key(arn.substr(region_end + 1, account_end - region_end - 1));
  storage::append_part(key, arn);
  return key;
}

}  // namespace

void DeliveryCounts::note(storage::Txn& txn, std::string_view source_arn, std::string_view protocol,
                          Outcome outcome, std::int64_t count) const {
  if (!source_arn.starts_with(kTopicArn) || count == 0) return;
  std::string key = source_key(source_arn);
  storage::append_part(key, protocol);
  key.push_back(static_cast<char>(outcome));
  txn.add(kCaptured, key, count);
}

DeliveryCounts::Counts DeliveryCounts::of(std::string_view source_arn) const {
  Counts counts;
  const std::string prefix = source_key(source_arn);
  // Six outcomes of less than ten protocols: always one page.
  const auto page = store_.range(kCaptured, prefix, storage::prefix_end(prefix));
  for (const auto& row : page.rows) {
    std::string_view rest(row.key);
    rest.remove_prefix(prefix.size());
    const auto protocol = storage::take_part(rest);
    const auto count = storage::decode_counter(row.value);
    if (!protocol || rest.size() != 1 || !count) continue;
    // What was taken back whole is as if it had never been.
    if (*count > 0) counts[{*protocol, static_cast<Outcome>(rest.front())}] = *count;
  }
  return counts;
}

void DeliveryCounts::forget(storage::Txn& txn, std::string_view source_arn) const {
  const std::string prefix = source_key(source_arn);
  txn.del_range(kCaptured, prefix, storage::prefix_end(prefix));
}

RowRange DeliveryCounts::rows_of(std::string_view account) {
  return RowRange::below(kCaptured, account_key(account));
}

}  // namespace cumulite
