#pragma once

#include <string>

#include "emulator/core/context.h"

namespace cumulite::s3 {

/// Where the caller finds an object, at the host and in the style of its request.
std::string object_url(const Context& ctx, const std::string& bucket, const std::string& key);

}  // namespace cumulite::s3
