#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite {

/// Decompresses a gzip body (of one or more members, as RFC 1952 allows) or a zlib one, of at most
/// `bytes_max` bytes. Errors: `SerializationException` for what is neither, 413 for what becomes
/// too large.
Result<std::string> gunzip(std::string_view compressed, std::size_t bytes_max);

enum class Encoding : std::uint8_t { kIdentity, kGzip, kDeflate };

/// The one of gzip and deflate that an Accept-Encoding header likes best; of equals the first.
/// Follows DynamoDB where a header is odd: a quality that is no number counts as 1, identity does
/// not compete.
Encoding preferred_encoding(std::string_view accept_encoding);

/// The body in that encoding (deflate is the zlib format). Empty for kIdentity.
std::string compress(std::string_view body, Encoding encoding);

}  // namespace cumulite
