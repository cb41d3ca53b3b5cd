#include "emulator/services/s3/configuration/store.h"

#include <cstdlib>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

std::string row_key(const BucketRecord& bucket, Configuration which, std::string_view id) {
  return keys::configuration(bucket.name, static_cast<std::uint8_t>(which), id);
}

template <class Op>
const model::Shape& shape_of(std::string_view member) {
  return input_member_shape(Op::info(), member);
}

}  // namespace

const model::Shape& configuration_shape(Configuration which) {
  namespace op = api::op;
  switch (which) {
    case Configuration::kNotification:
      return shape_of<op::PutBucketNotificationConfiguration>("NotificationConfiguration");
    case Configuration::kTagging:
      return shape_of<op::PutBucketTagging>("Tagging");
    case Configuration::kCors:
      return shape_of<op::PutBucketCors>("CORSConfiguration");
    case Configuration::kWebsite:
      return shape_of<op::PutBucketWebsite>("WebsiteConfiguration");
    case Configuration::kLifecycle:
      return shape_of<op::PutBucketLifecycleConfiguration>("LifecycleConfiguration");
    case Configuration::kEncryption:
      return shape_of<op::PutBucketEncryption>("ServerSideEncryptionConfiguration");
    case Configuration::kOwnership:
      return shape_of<op::PutBucketOwnershipControls>("OwnershipControls");
    case Configuration::kPublicAccessBlock:
      return shape_of<op::PutPublicAccessBlock>("PublicAccessBlockConfiguration");
    case Configuration::kLogging:
      return shape_of<op::PutBucketLogging>("BucketLoggingStatus");
    case Configuration::kReplication:
      return shape_of<op::PutBucketReplication>("ReplicationConfiguration");
    case Configuration::kInventory:
      return shape_of<op::PutBucketInventoryConfiguration>("InventoryConfiguration");
    case Configuration::kAnalytics:
      return shape_of<op::PutBucketAnalyticsConfiguration>("AnalyticsConfiguration");
    case Configuration::kMetrics:
      return shape_of<op::PutBucketMetricsConfiguration>("MetricsConfiguration");
    case Configuration::kIntelligentTiering:
      return shape_of<op::PutBucketIntelligentTieringConfiguration>(
          "IntelligentTieringConfiguration");
    case Configuration::kAccelerate:
      return shape_of<op::PutBucketAccelerateConfiguration>("AccelerateConfiguration");
    case Configuration::kRequestPayment:
      return shape_of<op::PutBucketRequestPayment>("RequestPaymentConfiguration");
    case Configuration::kAbac:
      return shape_of<op::PutBucketAbac>("AbacStatus");
    case Configuration::kObjectLock:
      return shape_of<op::PutObjectLockConfiguration>("ObjectLockConfiguration");
    case Configuration::kAcl:
      return shape_of<op::PutBucketAcl>("AccessControlPolicy");
    case Configuration::kMetadata:
      return shape_of<op::CreateBucketMetadataConfiguration>("MetadataConfiguration");
    case Configuration::kMetadataTable:
      return shape_of<op::CreateBucketMetadataTableConfiguration>("MetadataTableConfiguration");
    case Configuration::kPolicy:
      break;  // Kept as the client's own text.
  }
  std::abort();
}

std::optional<std::string> read_configuration_row(const storage::Reader& reader,
                                                  const BucketRecord& bucket, Configuration which,
                                                  std::string_view id) {
  if (!bucket.has(which)) return std::nullopt;
  return reader.get(spaces::kS3, row_key(bucket, which, id));
}

void write_configuration_row(storage::Txn& txn, BucketRecord& bucket, Configuration which,
                             std::string_view bytes, std::string_view id) {
  txn.put(spaces::kS3, row_key(bucket, which, id), bytes);
  bucket.set(which, true);
  store_bucket(txn, bucket);
}

bool remove_configuration(storage::Txn& txn, BucketRecord& bucket, Configuration which,
                          std::string_view id) {
  if (!read_configuration_row(txn, bucket, which, id)) return false;
  txn.del(spaces::kS3, row_key(bucket, which, id));
  bucket.set(which, !list_configurations(txn, bucket, which).empty());
  store_bucket(txn, bucket);
  return true;
}

std::vector<storage::KeyValue> list_configurations(const storage::Reader& reader,
                                                   const BucketRecord& bucket,
                                                   Configuration which) {
  if (!bucket.has(which)) return {};
  const std::string prefix = row_key(bucket, which, {});
  auto page = reader.range(spaces::kS3, prefix, storage::prefix_end(prefix));
  for (auto& row : page.rows) row.key.erase(0, prefix.size());
  return std::move(page.rows);
}

std::optional<api::ServerSideEncryptionRule> default_encryption(const storage::Reader& reader,
                                                                const BucketRecord& bucket) {
  const auto configuration = read_configuration<api::ServerSideEncryptionConfiguration>(
      reader, bucket, Configuration::kEncryption);
  if (!configuration || !configuration->Rules || configuration->Rules->empty()) {
    return std::nullopt;
  }
  return configuration->Rules->front();
}

storage::Domains bucket_domains(std::string_view bucket) {
  return {storage::Domain::exclusive_on(spaces::kS3, keys::bucket(bucket))};
}

}  // namespace cumulite::s3
