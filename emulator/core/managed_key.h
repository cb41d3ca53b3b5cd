#pragma once

#include <string>
#include <string_view>

namespace cumulite {

/// Id of the KMS key that AWS manages for a service ("s3", "dynamodb", ...) in an account and
/// Region: that of "alias/aws/SERVICE". It follows from these three, so that the services which
/// name such a key and the KMS that describes it agree without asking each other.
/// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
std::string managed_key_id(std::string_view account, std::string_view region,
                           std::string_view service);
std::string managed_key_arn(std::string_view account, std::string_view region,
                            std::string_view service);

}  // namespace cumulite
