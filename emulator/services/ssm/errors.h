#pragma once

#include <string_view>

#include "protocol/error.h"

/// The refusals of Parameter Store, worded as the service words them.
namespace cumulite::ssm::errors {

Error not_found();
/// The same name as a reference to Secrets Manager, of which there is none.
Error secret_not_found(std::string_view name);
/// The words for names that cannot be one's.
Error malformed_name();
Error version_not_found(std::string_view name, std::string_view version);
Error label_not_found(std::string_view name, std::string_view label);
Error already_exists();
Error type_mismatch();
Error too_many_labels();
Error oldest_is_labelled(std::string_view name);
Error invalid_pattern(std::string_view pattern);
Error pattern_mismatch(std::string_view pattern);
Error too_many_levels();
Error reserved_name(std::string_view name);
Error invalid_resource_id();
Error invalid_resource_type();
Error invalid_token();
Error invalid_filter_key(std::string_view key);
Error invalid_filter_option(std::string_view option);
Error too_many_tags();
Error validation(std::string_view message);

}  // namespace cumulite::ssm::errors
