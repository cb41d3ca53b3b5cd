#include "emulator/services/s3/replication/rules.h"

#include <gtest/gtest.h>

namespace cumulite::s3 {
namespace {

api::ReplicationRule rule_to(const std::string& bucket, std::int32_t priority) {
  api::ReplicationRule rule;
  rule.Status = "Enabled";
  rule.Priority = priority;
  rule.Filter.emplace();
  rule.Destination.emplace().Bucket = "arn:aws:s3:::" + bucket;
  return rule;
}

std::vector<std::string> buckets_of(const std::vector<api::ReplicationRule>& rules,
                                    const ObjectRecord& record) {
  api::ReplicationConfiguration configuration;
  configuration.Rules = rules;
  std::vector<std::string> names;
  for (const auto& target : replica_targets(configuration, "logs/a", record)) {
    names.push_back(target.bucket + target.storage_class);
  }
  return names;
}

using Names = std::vector<std::string>;

// Several buckets may get a copy, each one copy: that of the most important rule.
TEST(ReplicationRules, EachBucketOnceByPriority) {
  auto cold = rule_to("b", 5);
  cold.Destination->StorageClass = "GLACIER";
  EXPECT_EQ(buckets_of({rule_to("b", 1), cold, rule_to("c", 2)}, {}), (Names{"bGLACIER", "c"}));
  auto off = rule_to("d", 9);
  off.Status = "Disabled";
  auto other = rule_to("e", 9);
  other.Filter->Prefix = "data/";
  EXPECT_EQ(buckets_of({off, other}, {}), Names{});
}

// Delete markers and objects under a KMS key need a rule that says so; replicas stay where they
// are.
TEST(ReplicationRules, WhatNeedsToBeAskedFor) {
  ObjectRecord marker;
  marker.delete_marker = true;
  auto rule = rule_to("b", 1);
  EXPECT_EQ(buckets_of({rule}, marker), Names{});
  rule.DeleteMarkerReplication.emplace().Status = "Enabled";
  EXPECT_EQ(buckets_of({rule}, marker), Names{"b"});
  ObjectRecord sealed;
  sealed.encryption.kms_key_id = "key";
  EXPECT_EQ(buckets_of({rule}, sealed), Names{});
  rule.SourceSelectionCriteria.emplace().SseKmsEncryptedObjects.emplace().Status = "Enabled";
  EXPECT_EQ(buckets_of({rule}, sealed), Names{"b"});
  ObjectRecord replica;
  replica.replication_status = "REPLICA";
  EXPECT_EQ(buckets_of({rule}, replica), Names{});
}

// They travel through the outbox as bytes.
TEST(ReplicationRules, TargetsComeBackFromTheirBytes) {
  const auto targets = decode_targets(encode_targets({{"a", "", "key", true}, {"b", "GLACIER"}}));
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[0].kms_key_id, "key");
  EXPECT_TRUE(targets[0].owned_by_destination);
  EXPECT_EQ(targets[1].bucket, "b");
  EXPECT_EQ(targets[1].storage_class, "GLACIER");
}

}  // namespace
}  // namespace cumulite::s3
