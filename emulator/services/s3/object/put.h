#pragma once

#include <string_view>

#include "api/s3.h"
#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// Stores a received body as the request says: PutObject, and the end of a browser's upload.
Result<api::PutObjectOutput> put_received(Context& ctx, const BucketRecord& bucket,
                                          const api::PutObjectRequest& req, std::string_view event);

}  // namespace cumulite::s3
