#include "emulator/services/s3/records/bucket_record.h"

#include "emulator/core/records/fields.h"

namespace cumulite::s3 {

namespace {

enum BucketTag : std::uint8_t {
  kBucketOwnerAccount = 1,
  kBucketOwnerId,
  kOwnerName,
  kRegion,
  kCreated,
  kVersioning,
  kObjectLock,
  kConfigurations,
  kEuropean,
  kMinimumVaries,
  kPublicAccessUnset,
};

}  // namespace

std::string BucketRecord::encode() const {
  FieldWriter writer;
  writer.text(kBucketOwnerAccount, owner_account);
  writer.text(kBucketOwnerId, owner_id);
  writer.text(kOwnerName, owner_name);
  writer.text(kRegion, region);
  writer.number(kCreated, static_cast<std::uint64_t>(created_ms));
  writer.number(kVersioning, static_cast<std::uint64_t>(versioning));
  writer.number(kObjectLock, object_lock ? 1 : 0);
  writer.number(kConfigurations, configurations);
  writer.number(kEuropean, european ? 1 : 0);
  writer.number(kMinimumVaries, transition_minimum_varies ? 1 : 0);
  writer.number(kPublicAccessUnset, public_access_unset ? 1 : 0);
  return writer.take();
}

BucketRecord BucketRecord::decode(std::string_view name, std::string_view bytes) {
  BucketRecord bucket;
  bucket.name = name;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.tag()) {
      case kBucketOwnerAccount:
        bucket.owner_account = reader.text();
        break;
      case kBucketOwnerId:
        bucket.owner_id = reader.text();
        break;
      case kOwnerName:
        bucket.owner_name = reader.text();
        break;
      case kRegion:
        bucket.region = reader.text();
        break;
      case kCreated:
        bucket.created_ms = static_cast<std::int64_t>(reader.number());
        break;
      case kVersioning:
        bucket.versioning = static_cast<Versioning>(reader.number());
        break;
      case kObjectLock:
        bucket.object_lock = true;
        break;
      case kConfigurations:
        bucket.configurations = reader.number();
        break;
      case kEuropean:
        bucket.european = true;
        break;
      case kMinimumVaries:
        bucket.transition_minimum_varies = true;
        break;
      case kPublicAccessUnset:
        bucket.public_access_unset = true;
        break;
      default:
        break;
    }
  }
  return bucket;
}

}  // namespace cumulite::s3
