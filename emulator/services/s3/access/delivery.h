#pragma once

#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/services/s3/records/bucket_record.h"

/// What S3 itself delivers into a bucket: access logs, inventories, analyses.
namespace cumulite::s3 {

inline constexpr std::string_view kS3Principal = "s3.amazonaws.com";
inline constexpr std::string_view kLoggingPrincipal = "logging.s3.amazonaws.com";

/// Whether the target lets the service put a key there on behalf of the source: by its policy or,
/// for access logs, by its ACL's grant to the log delivery group. Always, where nothing is enforced
/// or there is no such bucket.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
bool takes_delivery(const Environment& env, const BucketRecord& source, const std::string& target,
                    std::string_view service, const std::string& key);

}  // namespace cumulite::s3
