#pragma once

#include <string>
#include <string_view>

#include "protocol/error.h"

/// The refusals of KMS, worded as the service words them.
namespace cumulite::kms::errors {

Error key_not_found(std::string_view arn);
Error alias_not_found(std::string_view arn);
/// What is no key's id.
Error invalid_key_id(std::string_view id);
/// An ARN of another Region than that which was asked.
Error invalid_arn(std::string_view region);
Error disabled(std::string_view arn);
/// Of a key that "is pending deletion", "is pending import", "is not pending deletion".
Error invalid_state(std::string_view arn, std::string_view state);
Error wrong_usage(std::string_view arn, std::string_view usage, std::string_view operation);
Error wrong_algorithm(std::string_view algorithm, std::string_view spec);
Error incorrect_key();
Error invalid_ciphertext();
/// A ciphertext of a key that is not here.
Error unknown_key_of_ciphertext();
Error invalid_signature();
Error invalid_mac();
Error dry_run();
/// What only AWS may do to a key of its own.
Error managed_by_aws(std::string_view account, std::string_view operation, std::string_view arn);
Error reserved_alias();
Error alias_exists(std::string_view arn);
Error tag(std::string_view message);
Error invalid_marker();
Error malformed_policy(std::string_view message);
Error no_such_policy();
Error unsupported(std::string_view message);
Error grant_not_found(std::string_view id);
Error invalid_grant_token();
Error too_many_rotations(std::string_view arn);
Error validation(std::string_view message);

}  // namespace cumulite::kms::errors
