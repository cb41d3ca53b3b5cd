#pragma once

#include <string>
#include <string_view>

#include "emulator/core/policy/policy.h"
#include "protocol/result.h"

/// Bucket policies: what S3 demands of them; emulator/core/policy says what they mean.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
namespace cumulite::s3 {

/// Errors: MalformedPolicy in its several wordings.
Result<void> check_policy_document(const std::string& text, std::string_view bucket);

}  // namespace cumulite::s3
