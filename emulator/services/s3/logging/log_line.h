#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/s3.h"
#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"

/// Server access log records.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
namespace cumulite::s3 {

/// "REST.GET.OBJECT", "REST.PUT.PART", "REST.GET.VERSIONING".
std::string log_operation(std::string_view method, std::string_view operation);

/// The record of an answered request, with its line feed.
std::string log_line(const Context& ctx, const BucketRecord& bucket);

/// Key of a log object that is delivered at that time; `unique` sets it apart from others.
std::string log_key(const api::LoggingEnabled& logging, const BucketRecord& source,
                    std::int64_t now_ms, std::string_view unique);

}  // namespace cumulite::s3
