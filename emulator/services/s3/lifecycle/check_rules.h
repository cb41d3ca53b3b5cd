#pragma once

#include "api/s3.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// Whether S3 takes the rules: 1 to 1,000 of them, each with its own id, a place, an action, and
/// transitions that go to colder classes in their time. Rules without an id are given one.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
Result<void> check_lifecycle_rules(api::BucketLifecycleConfiguration& configuration);

}  // namespace cumulite::s3
