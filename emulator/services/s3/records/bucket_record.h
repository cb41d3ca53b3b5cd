#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cumulite::s3 {

inline constexpr std::string_view kBucketArn = "arn:aws:s3:::";

enum class Versioning : std::uint8_t { kOff, kEnabled, kSuspended };

/// Which configurations a bucket has: each is a row of its own, read only where it acts.
enum class Configuration : std::uint8_t {
  kNotification = 1,
  kTagging,
  kPolicy,
  kCors,
  kWebsite,
  kLifecycle,
  kEncryption,
  kOwnership,
  kPublicAccessBlock,
  kLogging,
  kReplication,
  kInventory,
  kAnalytics,
  kMetrics,
  kIntelligentTiering,
  kAccelerate,
  kRequestPayment,
  kAbac,
  kObjectLock,
  kAcl,
  kMetadata,
  kMetadataTable,  ///< S3 Metadata of the first version.
};

/// The row of a bucket.
struct BucketRecord {
  std::string name;
  std::string owner_account;
  std::string owner_id;  ///< Canonical user id.
  std::string owner_name;
  std::string region;
  std::int64_t created_ms = 0;
  Versioning versioning = Versioning::kOff;
  bool object_lock = false;
  bool european = false;  ///< Made with the constraint "EU", which is shown for its region.
  bool transition_minimum_varies = false;  ///< Of lifecycle, by storage class.
  bool public_access_unset = false;  ///< Its public access block was neither put nor deleted yet.
  std::uint64_t configurations = 0;  ///< Bit of each Configuration that is set.

  bool has(Configuration which) const {
    return (configurations >> static_cast<unsigned>(which) & 1) != 0;
  }

  void set(Configuration which, bool present) {
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(which);
    configurations = present ? configurations | bit : configurations & ~bit;
  }

  std::string encode() const;
  /// Throws storage::StorageError on a corrupt row. The name is the key's, not the row's.
  static BucketRecord decode(std::string_view name, std::string_view bytes);
};

}  // namespace cumulite::s3
