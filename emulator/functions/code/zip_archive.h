#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/result.h"

/// Deployment packages: zip archives as users upload them, so nothing in them is trusted.
namespace cumulite::functions {

inline constexpr std::uint64_t kUnzippedBytesMax = 262'144'000;

/// Whether it is an archive that can be unpacked: readable, within the limit, no path that leaves
/// the directory. Errors: `InvalidParameterValueException` as Lambda words it.
Result<void> check_zip(std::string_view archive);

/// Writes its files below `directory`, which exists; what is there already is replaced. Files get
/// the permissions that the archive gives them.
Result<void> unpack_zip(std::string_view archive, const std::string& directory);

}  // namespace cumulite::functions
