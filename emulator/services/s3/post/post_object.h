#pragma once

#include "emulator/core/context.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// A browser's upload: POST of a form to a bucket. ctx.body is the whole form, spooled. Writes the
/// whole answer. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
Result<void> post_object(Context& ctx, const std::string& bucket);

}  // namespace cumulite::s3
