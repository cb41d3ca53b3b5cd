#include "emulator/services/s3/replication/rules.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "emulator/core/records/fields.h"
#include "emulator/services/s3/tagging/tags.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kArn = "arn:aws:s3:::";

enum TargetTag : std::uint8_t {
  kTargetBucket = 1,
  kTargetStorageClass,
  kTargetKmsKeyId,
  kTargetOwned
};

bool takes(const api::ReplicationRule& rule, std::string_view key, const ObjectRecord& record) {
  if (rule.Status.value_or("") != "Enabled") return false;
  if (rule.Prefix && !key.starts_with(*rule.Prefix)) return false;
  if (!rule.Filter) return true;
  const auto& filter = *rule.Filter;
  if (filter.Prefix && !key.starts_with(*filter.Prefix)) return false;
  if (filter.Tag && !has_tag(record, *filter.Tag)) return false;
  if (!filter.And) return true;
  if (filter.And->Prefix && !key.starts_with(*filter.And->Prefix)) return false;
  const auto tags = filter.And->Tags.value_or(std::vector<api::Tag>{});
  return std::all_of(tags.begin(), tags.end(),
                     [&](const api::Tag& tag) { return has_tag(record, tag); });
}

/// Rules of the first schema (a prefix beside the filter's place) always replicate delete markers.
bool replicates_markers(const api::ReplicationRule& rule) {
  if (!rule.Filter) return true;
  return rule.DeleteMarkerReplication &&
         rule.DeleteMarkerReplication->Status.value_or("") == "Enabled";
}

/// Objects under a KMS key go only where the rule selects them.
bool replicates_kms(const api::ReplicationRule& rule) {
  const auto& criteria = rule.SourceSelectionCriteria;
  return criteria && criteria->SseKmsEncryptedObjects &&
         criteria->SseKmsEncryptedObjects->Status.value_or("") == "Enabled";
}

ReplicaTarget target_of(const api::Destination& destination) {
  ReplicaTarget target;
  target.bucket = destination.Bucket->substr(kArn.size());
  target.storage_class = destination.StorageClass.value_or("");
  if (destination.EncryptionConfiguration) {
    target.kms_key_id = destination.EncryptionConfiguration->ReplicaKmsKeyID.value_or("");
  }
  target.owned_by_destination =
      destination.AccessControlTranslation &&
      destination.AccessControlTranslation->Owner.value_or("") == "Destination";
  return target;
}

}  // namespace

std::vector<ReplicaTarget> replica_targets(const api::ReplicationConfiguration& configuration,
                                           std::string_view key, const ObjectRecord& record) {
  if (!configuration.Rules || !record.replication_status.empty()) return {};
  std::map<std::string, std::pair<std::int32_t, ReplicaTarget>> chosen;
  for (const api::ReplicationRule& rule : *configuration.Rules) {
    if (!takes(rule, key, record)) continue;
    if (record.delete_marker && !replicates_markers(rule)) continue;
    if (!record.encryption.kms_key_id.empty() && !replicates_kms(rule)) continue;
    ReplicaTarget target = target_of(*rule.Destination);
    const std::int32_t priority = rule.Priority.value_or(std::numeric_limits<std::int32_t>::min());
    const auto found = chosen.find(target.bucket);
    if (found != chosen.end() && found->second.first >= priority) continue;
    const std::string bucket = target.bucket;
    chosen.insert_or_assign(bucket, std::pair(priority, std::move(target)));
  }
  std::vector<ReplicaTarget> targets;
  for (auto& [bucket, entry] : chosen) targets.push_back(std::move(entry.second));
  return targets;
}

std::string encode_targets(const std::vector<ReplicaTarget>& targets) {
  FieldWriter writer;
  for (const ReplicaTarget& target : targets) {
    writer.present(kTargetBucket, target.bucket);
    writer.text(kTargetStorageClass, target.storage_class);
    writer.text(kTargetKmsKeyId, target.kms_key_id);
    writer.number(kTargetOwned, target.owned_by_destination ? 1 : 0);
  }
  return writer.take();
}

std::vector<ReplicaTarget> decode_targets(std::string_view bytes) {
  std::vector<ReplicaTarget> targets;
  FieldReader reader(bytes);
  while (reader.next()) {
    // Each target begins with its bucket.
    if (reader.tag() == kTargetBucket) targets.emplace_back().bucket = reader.text();
    if (targets.empty()) continue;
    if (reader.tag() == kTargetStorageClass) targets.back().storage_class = reader.text();
    if (reader.tag() == kTargetKmsKeyId) targets.back().kms_key_id = reader.text();
    if (reader.tag() == kTargetOwned) targets.back().owned_by_destination = true;
  }
  return targets;
}

}  // namespace cumulite::s3
