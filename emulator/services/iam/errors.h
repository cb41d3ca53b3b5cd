#pragma once

#include <string_view>

#include "protocol/error.h"

/// The refusals of IAM, worded as IAM words them.
namespace cumulite::iam::errors {

/// "The role with name X cannot be found."
Error no_such(std::string_view what, std::string_view name);
Error no_such_policy(std::string_view arn);
Error no_such_version(std::string_view arn, std::string_view version);
Error no_such_profile(std::string_view name);
/// "Role with name X already exists."
Error exists(std::string_view what, std::string_view name);
Error policy_exists(std::string_view name);
Error delete_conflict(std::string_view message);
/// "Cannot exceed quota for NAME: LIMIT"
Error quota(std::string_view name, std::size_t limit);
Error limit_exceeded(std::string_view message);
Error malformed_document(std::string_view message);
Error invalid_input(std::string_view message);
/// Who calls is no user, and none is named.
Error no_calling_user();
Error validation(std::string_view message);

}  // namespace cumulite::iam::errors
