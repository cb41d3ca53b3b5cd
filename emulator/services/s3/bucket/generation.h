#pragma once

#include <cstdint>

namespace cumulite::s3 {

/// Rises with each call of forget_buckets (load.h): what a thread took from rows of the space kS3
/// before that is old. To be asked for before the rows are read.
std::uint64_t bucket_generation();

}  // namespace cumulite::s3
