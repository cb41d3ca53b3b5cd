#include "emulator/services/s3/records/bucket_record.h"

#include "emulator/services/s3/records/record_fields.h"

namespace cumulite::s3 {

namespace {

// Tags are never renumbered or given again.
constexpr auto kBucketFields = [](Either<BucketRecord> auto& self, auto&& field) {
  field(1, self.owner_account);
  field(2, self.owner_id);
  field(3, self.owner_name);
  field(4, self.region);
  field(5, self.created_ms);
  field(6, self.versioning);
  field(7, self.object_lock);
  field(8, self.configurations);
  field(9, self.european);
  field(10, self.transition_minimum_varies);
  field(11, self.public_access_unset);
};

}  // namespace

std::string BucketRecord::encode() const {
  return write_fields(*this, kBucketFields);
}

BucketRecord BucketRecord::decode(std::string_view name, std::string_view bytes) {
  BucketRecord bucket;
  bucket.name = name;
  read_fields(bytes, bucket, kBucketFields);
  return bucket;
}

}  // namespace cumulite::s3
