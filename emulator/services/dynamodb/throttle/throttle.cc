#include "emulator/services/dynamodb/throttle/throttle.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace cumulite::dynamodb {
namespace {

constexpr double kBurstSeconds = 300;

/// Set once by the daemon's configuration, before it serves.
std::atomic<bool> throttles_by_default = false;

/// What was exceeded, of the table or of one of its global indexes, as the service's reasons say
/// it.
Error exceeded(const Table& table, const Index* index, bool read) {
  const std::string resource =
      index == nullptr ? table.arn() : fmt::format("{}/index/{}", table.arn(), index->name);
  Error error{
      "ProvisionedThroughputExceededException",
      index != nullptr
          ? "The level of configured provisioned throughput for one or more global secondary "
            "indexes of the table was exceeded. Consider increasing your provisioning level "
            "for the under-provisioned global secondary indexes with the UpdateTable API"
          : "The level of configured provisioned throughput for the table was exceeded. "
            "Consider increasing your provisioning level with the UpdateTable API."};
  return std::move(error).with_json(
      "ThrottlingReasons",
      fmt::format(R"([{{"reason":"{}{}ProvisionedThroughputExceeded","resource":"{}"}}])",
                  index == nullptr ? "Table" : "Index", read ? "Read" : "Write", resource));
}

template <class Throughput>
double rate_of(const std::optional<Throughput>& provisioned, bool read) {
  if (!provisioned) return 0;
  return static_cast<double>(read ? provisioned->ReadCapacityUnits.value_or(0)
                                  : provisioned->WriteCapacityUnits.value_or(0));
}

/// Units a second; local indexes draw on the table's.
double provisioned_rate(const Table& table, const Index* index, bool read) {
  if (index == nullptr || !index->global) {
    return rate_of(table.description.ProvisionedThroughput, read);
  }
  for (const auto& global : *table.description.GlobalSecondaryIndexes) {
    if (global.IndexName == index->name) return rate_of(global.ProvisionedThroughput, read);
  }
  return 0;
}

}  // namespace

void Throttle::set_default(bool on) {
  throttles_by_default = on;
}

bool Throttle::enabled(std::string_view account) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(account);
  if (found != accounts_.end()) return found->second;
  const auto all = accounts_.find(std::string_view{});
  return all != accounts_.end() ? all->second : throttles_by_default.load();
}

void Throttle::enable(std::string_view account, bool on) {
  const std::lock_guard lock(mutex_);
  accounts_[std::string(account)] = on;
  buckets_.clear();
  used_ = true;
}

void Throttle::reset(std::string_view account) {
  const std::lock_guard lock(mutex_);
  if (account.empty()) {
    accounts_.clear();
  } else if (const auto found = accounts_.find(account); found != accounts_.end()) {
    accounts_.erase(found);
  }
  buckets_.clear();
}

bool Throttle::applies(const Table& table) const {
  if (!used_ && !throttles_by_default) return false;
  return !table.on_demand() && enabled(table.account);
}

Throttle::Bucket* Throttle::fill(const Table& table, const Index* index, Kind kind,
                                 std::int64_t now_ms) {
  const double rate = provisioned_rate(table, index, kind == Kind::kRead);
  if (rate <= 0) return nullptr;
  const std::uint8_t number = index == nullptr || !index->global ? 0 : index->number;
  const auto [entry, made] = buckets_.try_emplace({table.row_prefix, number, kind});
  Bucket& bucket = entry->second;
  if (made) bucket = {rate * kBurstSeconds, rate, now_ms};
  // A clock that was set back fills nothing.
  const auto elapsed_ms = std::max<std::int64_t>(now_ms - bucket.filled_ms, 0);
  bucket.units += bucket.rate * static_cast<double>(elapsed_ms) / 1000.0;
  bucket.rate = rate;
  bucket.units = std::min(bucket.units, rate * kBurstSeconds);
  bucket.filled_ms = now_ms;
  return &bucket;
}

Result<void> Throttle::admit_write(const Table& table, std::int64_t now_ms) {
  if (!applies(table)) return {};
  const std::lock_guard lock(mutex_);
  const auto* bucket = fill(table, nullptr, Kind::kWrite, now_ms);
  if (bucket != nullptr && bucket->units <= 0) return exceeded(table, nullptr, false);
  for (const auto& index : table.indexes) {
    if (!index.global) continue;
    const auto* indexed = fill(table, &index, Kind::kWrite, now_ms);
    if (indexed != nullptr && indexed->units <= 0) return exceeded(table, &index, false);
  }
  return {};
}

Result<void> Throttle::admit_read(const Table& table, const Index* index, std::int64_t now_ms) {
  if (!applies(table)) return {};
  const std::lock_guard lock(mutex_);
  const auto* bucket = fill(table, index, Kind::kRead, now_ms);
  if (bucket == nullptr || bucket->units > 0) return {};
  return exceeded(table, index != nullptr && index->global ? index : nullptr, true);
}

void Throttle::charge_write(const Table& table, const WriteUnits& units, double factor,
                            std::int64_t now_ms) {
  if (!applies(table)) return;
  const std::lock_guard lock(mutex_);
  const auto take = [&](const Index* index, double used) {
    auto* bucket = fill(table, index, Kind::kWrite, now_ms);
    if (bucket != nullptr) bucket->units -= used * factor;
  };
  take(nullptr, units.table);
  for (const auto& [index, used] : units.indexes) take(index, used);
}

void Throttle::charge_read(const Table& table, const Index* index, double table_units,
                           double index_units, std::int64_t now_ms) {
  if (!applies(table)) return;
  const std::lock_guard lock(mutex_);
  if (auto* bucket = fill(table, nullptr, Kind::kRead, now_ms)) bucket->units -= table_units;
  if (index == nullptr) return;
  if (auto* bucket = fill(table, index, Kind::kRead, now_ms)) bucket->units -= index_units;
}

}  // namespace cumulite::dynamodb
