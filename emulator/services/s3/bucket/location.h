#pragma once

#include <string_view>

namespace cumulite::s3 {

/// Whether S3 knows it as a location constraint: every region but us-east-1, and "EU".
bool is_location(std::string_view name);

}  // namespace cumulite::s3
