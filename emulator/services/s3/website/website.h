#pragma once

#include <string>

#include "emulator/core/context.h"

namespace cumulite::s3 {

/// A request to a bucket's website host: pages, redirects and error documents, in HTML. Writes the
/// whole answer. https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
void serve_website(Context& ctx, const std::string& bucket, const std::string& key);

}  // namespace cumulite::s3
