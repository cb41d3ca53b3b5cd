#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite {

/// Decompresses a gzip (or zlib) body of at most `bytes_max` bytes. Errors:
/// `SerializationException` for what is no gzip, 413 for what becomes too large.
Result<std::string> gunzip(std::string_view compressed, std::size_t bytes_max);

}  // namespace cumulite
