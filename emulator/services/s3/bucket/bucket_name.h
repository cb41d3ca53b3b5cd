#pragma once

#include <string_view>

namespace cumulite::s3 {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_valid_bucket_name(std::string_view name);

}  // namespace cumulite::s3
