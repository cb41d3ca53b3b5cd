#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "emulator/services/s3/records/object_record.h"

/// What a replication configuration says of a new version: pure functions.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
namespace cumulite::s3 {

/// A bucket that gets a copy, and how the copy differs.
struct ReplicaTarget {
  std::string bucket;
  std::string storage_class;  ///< Empty: the source's.
  std::string kms_key_id;     ///< Of objects that are encrypted with a KMS key.
  bool owned_by_destination = false;
};

/// Where the version goes; for each bucket by the matching rule of the highest priority. Replicas
/// go nowhere, delete markers only by rules that ask for them.
std::vector<ReplicaTarget> replica_targets(const api::ReplicationConfiguration& configuration,
                                           std::string_view key, const ObjectRecord& record);

std::string encode_targets(const std::vector<ReplicaTarget>& targets);
std::vector<ReplicaTarget> decode_targets(std::string_view bytes);

}  // namespace cumulite::s3
