#pragma once

#include <string>

#include "emulator/core/context.h"
#include "emulator/functions/store/resolve.h"

namespace cumulite::lambda {

/// Registers the path from which the code of functions is downloaded: what GetFunction's Location
/// names. Like the presigned URLs of the service it needs no signature, but a part that only
/// GetFunction tells: the code's hash.
void add_code_download(Environment& env);
/// URL of the version's archive.
std::string code_location(const Context& ctx, const functions::FoundFunction& found);

}  // namespace cumulite::lambda
