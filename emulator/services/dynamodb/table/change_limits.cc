#include "emulator/services/dynamodb/table/change_limits.h"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "protocol/codec/timestamp.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kClassWindowMs = 30 * kDayMs;
constexpr std::int64_t kEncryptionPauseMs = 6 * kHourMs;
constexpr std::int64_t kTimeToLivePauseMs = 31 * kMinuteMs;
constexpr std::int64_t kSettingPauseMs = 15 * kSecondMs;
constexpr std::int64_t kDecreasesAtOnce = 4;
constexpr std::size_t kEncryptionsAtOnce = 4;
constexpr std::size_t kClassChangesMax = 2;
constexpr std::size_t kOnDemandSwitchesMax = 4;
// What is kept of each kind: more than any limit counts, as one change every six hours goes on.
constexpr std::size_t kTimesKept = 16;

std::string iso(std::int64_t unix_ms) {
  std::string out;
  codec::append_iso8601(model::Timestamp{unix_ms}, true, out);
  return out;
}

std::tm utc_parts(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / kSecondMs;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

/// "Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time"
std::string spoken(std::int64_t unix_ms) {
  const std::tm parts = utc_parts(unix_ms);
  const int hour = parts.tm_hour % 12 == 0 ? 12 : parts.tm_hour % 12;
  return fmt::format("{0:%A, %B} {1}, {0:%Y} at {2}:{0:%M:%S} {3} Coordinated Universal Time",
                     parts, parts.tm_mday, hour, parts.tm_hour < 12 ? "AM" : "PM");
}

/// "Sat Feb 23 03:07:45 UTC 2019"
std::string dated(std::int64_t unix_ms) {
  return fmt::format("{:%a %b %d %H:%M:%S UTC %Y}", utc_parts(unix_ms));
}

std::int64_t day_of(std::int64_t unix_ms) {
  return unix_ms / kDayMs;
}

/// `made` is all changes of the present window, which began with the first of them.
Result<void> check_encryption_quota(const std::vector<std::int64_t>& made, std::int64_t now_ms) {
  if (made.size() < kEncryptionsAtOnce) return {};
  const auto window_end_ms = made.front() + kDayMs;
  const auto next_ms = std::min(made.back() + kEncryptionPauseMs, window_end_ms);
  if (now_ms >= next_ms) return {};
  return errors::limit_exceeded(fmt::format(
      "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at "
      "{}. After the first 4 change, each subsequent change in the same window can be performed at "
      "most once every 21600 seconds. Number of updates today: {}. Last change at {}. Next changes "
      "can be made at {}.",
      iso(window_end_ms), made.size(), iso(made.back()), iso(next_ms)));
}

Result<void> check_on_demand_quota(const std::vector<std::int64_t>& made, std::int64_t now_ms) {
  if (made.size() < kOnDemandSwitchesMax) return {};
  const auto next_ms = made[made.size() - kOnDemandSwitchesMax] + kDayMs;
  if (now_ms >= next_ms) return {};
  return errors::limit_exceeded(fmt::format(
      "Subscriber limit exceeded: Update to PayPerRequest mode are limited to {} times in 1 "
      "day(s). Last update at {}. Next update can be made at {}",
      kOnDemandSwitchesMax, dated(made.back()), dated(next_ms)));
}

Result<void> check_class_quota(const std::vector<std::int64_t>& made, std::int64_t now_ms) {
  if (made.size() < kClassChangesMax) return {};
  if (now_ms >= made[made.size() - kClassChangesMax] + kClassWindowMs) return {};
  return errors::limit_exceeded(
      "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).");
}

bool is_within(const std::vector<std::int64_t>& made, std::int64_t pause_ms, std::int64_t now_ms) {
  return !made.empty() && now_ms < made.back() + pause_ms;
}

}  // namespace

Result<void> ChangeTimes::check(LimitedChange change, std::string_view table,
                                std::int64_t now_ms) const {
  auto made = times(change);
  switch (change) {
    case LimitedChange::kEncryption:
      // A window that is over counts no more; note() forgets it.
      if (!made.empty() && now_ms >= made.front() + kDayMs) return {};
      return check_encryption_quota(made, now_ms);
    case LimitedChange::kTableClass:
      return check_class_quota(made, now_ms);
    case LimitedChange::kOnDemand:
      return check_on_demand_quota(made, now_ms);
    case LimitedChange::kTimeToLive:
      if (!is_within(made, kTimeToLivePauseMs, now_ms)) return {};
      return errors::validation(
          "Time to live has been modified multiple times within a fixed interval");
    case LimitedChange::kProtection:
      if (!is_within(made, kSettingPauseMs, now_ms)) return {};
      return errors::throttled(
          fmt::format("Deletion protection setting for table {} modified within the previous {} "
                      "milliseconds. Please try again after {}",
                      table, kSettingPauseMs, iso(made.back() + kSettingPauseMs)));
  }
  return {};
}

void ChangeTimes::note(LimitedChange change, std::int64_t now_ms) {
  auto made = times(change);
  const bool new_window =
      change == LimitedChange::kEncryption && !made.empty() && now_ms >= made.front() + kDayMs;
  if (new_window) made.clear();
  made.push_back(now_ms);
  const bool alone = change == LimitedChange::kTimeToLive || change == LimitedChange::kProtection;
  const std::size_t kept = std::min(made.size(), alone ? std::size_t{1} : kTimesKept);
  made_.erase(std::remove_if(made_.begin(), made_.end(),
                             [&](const Made& old) { return old.change == change; }),
              made_.end());
  for (auto i = made.size() - kept; i < made.size(); ++i) made_.push_back({change, made[i]});
}

std::optional<std::int64_t> ChangeTimes::last_ms(LimitedChange change) const {
  const auto made = times(change);
  if (made.empty()) return std::nullopt;
  return made.back();
}

std::vector<std::int64_t> ChangeTimes::times(LimitedChange change) const {
  std::vector<std::int64_t> out;
  for (const auto& made : made_) {
    if (made.change == change) out.push_back(made.at_ms);
  }
  return out;
}

void ChangeTimes::encode(std::string& out) const {
  storage::append_u32(out, static_cast<std::uint32_t>(made_.size()));
  for (const auto& made : made_) {
    storage::append_u32(out, static_cast<std::uint32_t>(made.change));
    storage::append_i64(out, made.at_ms);
  }
}

std::optional<ChangeTimes> ChangeTimes::decode(std::string_view& bytes) {
  const auto count = storage::take_u32(bytes);
  if (!count) return std::nullopt;
  ChangeTimes out;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto change = storage::take_u32(bytes);
    const auto at_ms = storage::take_i64(bytes);
    if (!change || !at_ms) return std::nullopt;
    out.made_.push_back({static_cast<LimitedChange>(*change), *at_ms});
  }
  return out;
}

std::int64_t decreases_today(const api::ProvisionedThroughputDescription& units,
                             std::int64_t now_ms) {
  // The day of the last decrease says which day the number is of; the date itself stays.
  if (!units.LastDecreaseDateTime || day_of(units.LastDecreaseDateTime->ms) != day_of(now_ms)) {
    return 0;
  }
  return units.NumberOfDecreasesToday.value_or(0);
}

Result<void> check_decrease(const api::ProvisionedThroughputDescription& units,
                            std::int64_t now_ms) {
  const auto made = decreases_today(units, now_ms);
  if (made < kDecreasesAtOnce) return {};
  const auto last_ms = units.LastDecreaseDateTime->ms;
  const auto next_ms = std::min(last_ms + kHourMs, (day_of(now_ms) + 1) * kDayMs);
  if (now_ms >= next_ms) return {};
  return errors::limit_exceeded(fmt::format(
      "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC "
      "day. After the first 4 decreases, each subsequent decrease in the same UTC day can be "
      "performed at most once every 3600 seconds. Number of decreases today: {}. Last decrease at "
      "{}. Next decrease can be made at {}",
      made, spoken(last_ms), spoken(next_ms)));
}

Result<void> check_policy_cooldown(std::string_view owner, std::int64_t changed_ms,
                                   std::int64_t now_ms) {
  if (now_ms >= changed_ms + kSettingPauseMs) return {};
  return errors::throttled(
      fmt::format("Resource-based policy for {} modified within the previous {} milliseconds. "
                  "Please try again after {}.",
                  owner, kSettingPauseMs, iso(changed_ms + kSettingPauseMs)));
}

}  // namespace cumulite::dynamodb
