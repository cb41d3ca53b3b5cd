#pragma once

#include <memory>

#include "emulator/core/service.h"

/// Amazon S3 Control: tags of buckets as resources, and what an account blocks of public access.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
namespace cumulite::s3control {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

}  // namespace cumulite::s3control
