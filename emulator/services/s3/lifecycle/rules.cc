#include "emulator/services/s3/lifecycle/rules.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/tagging/tags.h"
#include "protocol/http/response.h"

namespace cumulite::s3 {

namespace {

using LifecycleRules = api::BucketLifecycleConfiguration;

bool size_fits(const std::optional<std::int64_t>& greater, const std::optional<std::int64_t>& less,
               std::uint64_t size_bytes) {
  const auto size = static_cast<std::int64_t>(size_bytes);
  return (!greater || size > *greater) && (!less || size < *less);
}

/// Whether the rule narrows by tag or size, which delete markers and uploads do not have.
bool narrows(const api::LifecycleRule& rule) {
  if (!rule.Filter) return false;
  const auto& filter = *rule.Filter;
  return filter.Tag || filter.ObjectSizeGreaterThan || filter.ObjectSizeLessThan || filter.And;
}

constexpr std::uint64_t kSmallestMovedBytes = 128 * 1024;

bool filters_by_size(const api::LifecycleRule& rule) {
  if (!rule.Filter) return false;
  const auto& filter = *rule.Filter;
  return filter.ObjectSizeGreaterThan || filter.ObjectSizeLessThan ||
         (filter.And && (filter.And->ObjectSizeGreaterThan || filter.And->ObjectSizeLessThan));
}

/// Moving a small object costs more than it saves, so it stays unless the rule's filter speaks of
/// sizes itself.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
bool is_large_enough(const api::LifecycleRule& rule, SmallestToMove smallest,
                     const ObjectRecord& record, std::string_view storage_class) {
  if (record.size_bytes >= kSmallestMovedBytes || filters_by_size(rule)) return true;
  return smallest == SmallestToMove::kByClass &&
         (storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE");
}

const std::vector<api::LifecycleRule>& rules_of(const LifecycleRules& configuration) {
  static const std::vector<api::LifecycleRule> kNone;
  return configuration.Rules ? *configuration.Rules : kNone;
}

}  // namespace

int coldness_of(std::string_view storage_class) {
  constexpr std::array<std::string_view, 8> kOrder = {
      "STANDARD",   "REDUCED_REDUNDANCY", "STANDARD_IA", "INTELLIGENT_TIERING",
      "ONEZONE_IA", "GLACIER_IR",         "GLACIER",     "DEEP_ARCHIVE"};
  const auto found = std::find(kOrder.begin(), kOrder.end(), storage_class);
  return static_cast<int>(found - kOrder.begin());
}

std::int64_t due_midnight(std::int64_t from_ms, std::int64_t days) {
  const std::int64_t time = from_ms + days * kDayMs;
  return (time + kDayMs - 1) / kDayMs * kDayMs;
}

bool rule_applies(const api::LifecycleRule& rule, std::string_view key,
                  const ObjectRecord& record) {
  if (rule.Status.value_or("") != "Enabled") return false;
  if (rule.Prefix && !key.starts_with(*rule.Prefix)) return false;
  if (!rule.Filter) return true;
  const auto& filter = *rule.Filter;
  if (filter.Prefix && !key.starts_with(*filter.Prefix)) return false;
  if (filter.Tag && !has_tag(record, *filter.Tag)) return false;
  if (!size_fits(filter.ObjectSizeGreaterThan, filter.ObjectSizeLessThan, record.size_bytes)) {
    return false;
  }
  if (!filter.And) return true;
  const auto& all = *filter.And;
  if (all.Prefix && !key.starts_with(*all.Prefix)) return false;
  const auto tags = all.Tags.value_or(std::vector<api::Tag>{});
  return std::all_of(tags.begin(), tags.end(),
                     [&](const api::Tag& tag) { return has_tag(record, tag); }) &&
         size_fits(all.ObjectSizeGreaterThan, all.ObjectSizeLessThan, record.size_bytes);
}

std::optional<Expiry> expiry_of(const LifecycleRules& configuration, std::string_view key,
                                const ObjectRecord& record) {
  std::optional<Expiry> earliest;
  for (const api::LifecycleRule& rule : rules_of(configuration)) {
    if (!rule.Expiration || !rule_applies(rule, key, record)) continue;
    std::int64_t date = 0;
    if (rule.Expiration->Date) {
      date = rule.Expiration->Date->ms;
    } else if (rule.Expiration->Days) {
      date = due_midnight(record.modified_ms, *rule.Expiration->Days);
    } else {
      continue;
    }
    if (!earliest || date < earliest->date_ms) earliest = Expiry{date, rule.ID.value_or("")};
  }
  return earliest;
}

std::optional<std::string> expiration_header(const storage::Reader& reader,
                                             const BucketRecord& bucket, std::string_view key,
                                             const ObjectRecord& record) {
  const auto configuration =
      read_configuration<LifecycleRules>(reader, bucket, Configuration::kLifecycle);
  if (!configuration) return std::nullopt;
  const auto expiry = expiry_of(*configuration, key, record);
  if (!expiry) return std::nullopt;
  return fmt::format("expiry-date=\"{}\", rule-id=\"{}\"", http::http_date(expiry->date_ms),
                     expiry->rule_id);
}

std::optional<std::string> transition_of(const LifecycleRules& configuration,
                                         SmallestToMove smallest, std::string_view key,
                                         const ObjectRecord& record, std::int64_t now_ms) {
  std::optional<std::string> target;
  for (const api::LifecycleRule& rule : rules_of(configuration)) {
    if (!rule.Transitions || !rule_applies(rule, key, record)) continue;
    for (const api::Transition& transition : *rule.Transitions) {
      const std::int64_t due = transition.Date
                                   ? transition.Date->ms
                                   : due_midnight(record.modified_ms, transition.Days.value_or(0));
      const std::string name = transition.StorageClass.value_or("");
      if (due <= now_ms && coldness_of(name) > coldness_of(target.value_or(record.storage_class)) &&
          is_large_enough(rule, smallest, record, name)) {
        target = name;
      }
    }
  }
  return target;
}

bool noncurrent_expires(const LifecycleRules& configuration, const NoncurrentVersion& version,
                        std::int64_t now_ms) {
  for (const api::LifecycleRule& rule : rules_of(configuration)) {
    if (!rule.NoncurrentVersionExpiration || !rule_applies(rule, version.key, version.record)) {
      continue;
    }
    const auto& expiration = *rule.NoncurrentVersionExpiration;
    if (version.newer_count < expiration.NewerNoncurrentVersions.value_or(0)) continue;
    if (due_midnight(version.since_ms, expiration.NoncurrentDays.value_or(0)) <= now_ms) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> noncurrent_transition(const LifecycleRules& configuration,
                                                 SmallestToMove smallest,
                                                 const NoncurrentVersion& version,
                                                 std::int64_t now_ms) {
  std::optional<std::string> target;
  for (const api::LifecycleRule& rule : rules_of(configuration)) {
    if (!rule.NoncurrentVersionTransitions || !rule_applies(rule, version.key, version.record)) {
      continue;
    }
    for (const auto& transition : *rule.NoncurrentVersionTransitions) {
      const std::string name = transition.StorageClass.value_or("");
      if (version.newer_count < transition.NewerNoncurrentVersions.value_or(0)) continue;
      if (due_midnight(version.since_ms, transition.NoncurrentDays.value_or(0)) <= now_ms &&
          coldness_of(name) > coldness_of(target.value_or(version.record.storage_class)) &&
          is_large_enough(rule, smallest, version.record, name)) {
        target = name;
      }
    }
  }
  return target;
}

bool lone_marker_expires(const LifecycleRules& configuration, std::string_view key,
                         const ObjectRecord& marker, std::int64_t now_ms) {
  for (const api::LifecycleRule& rule : rules_of(configuration)) {
    if (!rule.Expiration || narrows(rule) || !rule_applies(rule, key, marker)) continue;
    if (rule.Expiration->ExpiredObjectDeleteMarker.value_or(false)) return true;
    if (rule.Expiration->Days &&
        due_midnight(marker.modified_ms, *rule.Expiration->Days) <= now_ms) {
      return true;
    }
  }
  return false;
}

std::optional<Expiry> upload_expiry_of(const LifecycleRules& configuration, std::string_view key,
                                       std::int64_t initiated_ms) {
  const ObjectRecord nothing;
  std::optional<Expiry> earliest;
  for (const api::LifecycleRule& rule : rules_of(configuration)) {
    if (!rule.AbortIncompleteMultipartUpload || narrows(rule)) continue;
    if (!rule_applies(rule, key, nothing)) continue;
    const auto days = rule.AbortIncompleteMultipartUpload->DaysAfterInitiation.value_or(0);
    const std::int64_t date = due_midnight(initiated_ms, days);
    if (!earliest || date < earliest->date_ms) earliest = Expiry{date, rule.ID.value_or("")};
  }
  return earliest;
}

std::optional<Expiry> upload_expiry(const storage::Reader& reader, const BucketRecord& bucket,
                                    std::string_view key, std::int64_t initiated_ms) {
  const auto configuration =
      read_configuration<LifecycleRules>(reader, bucket, Configuration::kLifecycle);
  if (!configuration) return std::nullopt;
  return upload_expiry_of(*configuration, key, initiated_ms);
}

}  // namespace cumulite::s3
