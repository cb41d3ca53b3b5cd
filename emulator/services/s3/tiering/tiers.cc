#include "emulator/services/s3/tiering/tiers.h"

#include <algorithm>
#include <optional>

#include "emulator/services/s3/lifecycle/rules.h"

namespace cumulite::s3 {

namespace {

constexpr std::uint64_t kMovedBytesMin = 128 * 1024;
constexpr std::string_view kArchive = "ARCHIVE_ACCESS";
constexpr std::string_view kDeepArchive = "DEEP_ARCHIVE_ACCESS";

bool is_tagged(const ObjectRecord& record, const api::Tag& tag) {
  return std::any_of(record.tags.begin(), record.tags.end(), [&](const auto& one) {
    return one.first == tag.Key.value_or("") && one.second == tag.Value.value_or("");
  });
}

bool takes(const std::optional<api::IntelligentTieringFilter>& filter, std::string_view key,
           const ObjectRecord& record) {
  if (!filter) return true;
  if (filter->Prefix && !key.starts_with(*filter->Prefix)) return false;
  if (filter->Tag && !is_tagged(record, *filter->Tag)) return false;
  if (!filter->And) return true;
  if (filter->And->Prefix && !key.starts_with(*filter->And->Prefix)) return false;
  const auto tags = filter->And->Tags.value_or(std::vector<api::Tag>{});
  return std::all_of(tags.begin(), tags.end(),
                     [&](const api::Tag& tag) { return is_tagged(record, tag); });
}

}  // namespace

std::string_view archive_tier_of(const TieringConfigurations& configurations, std::string_view key,
                                 const ObjectRecord& record, std::int64_t now_ms) {
  if (record.storage_class != "INTELLIGENT_TIERING" || record.delete_marker) return {};
  if (record.size_bytes < kMovedBytesMin) return {};
  const std::int64_t idle_ms = now_ms - std::max(record.accessed_ms, record.modified_ms);
  std::string_view tier;
  for (const auto& configuration : configurations) {
    if (configuration.Status.value_or("") != "Enabled" || !configuration.Tierings) continue;
    if (!takes(configuration.Filter, key, record)) continue;
    for (const api::Tiering& tiering : *configuration.Tierings) {
      if (idle_ms < tiering.Days.value_or(0) * kDayMs) continue;
      const bool deep = tiering.AccessTier.value_or("") == kDeepArchive;
      if (deep || tier.empty()) tier = deep ? kDeepArchive : kArchive;
    }
  }
  return tier;
}

}  // namespace cumulite::s3
