#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"

namespace cumulite::lambda {

/// Registers the path from which the code of functions and layers is downloaded: what Location
/// names in GetFunction and GetLayerVersion. Like the presigned URLs of the service it needs no
/// signature, but a part that only those tell: the code's hash.
void add_code_download(Environment& env);
/// URL of the archive of a version of a function or of a layer, by its ARN.
std::string code_location(const Context& ctx, std::string_view version_arn,
                          std::string_view sha256);

}  // namespace cumulite::lambda
