#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/error.h"

/// Glacier's refusals, one maker a message, worded as Glacier words them where its words are known.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/api-error-responses.html
namespace cumulite::glacier::errors {

Error access_denied(std::string_view user, std::string_view action, std::string_view resource);
/// AccessDeniedException for a vault lock in the wrong state.
Error lock_refused(std::string_view message);
/// "Required parameter missing: NAME".
Error missing(std::string_view parameter);
/// InvalidParameterValueException.
Error invalid(std::string_view message);
/// "Invalid NAME: VALUE".
Error invalid_value(std::string_view name, std::string_view value);
Error limit_exceeded(std::string_view message);
Error no_longer_supported(std::string_view message);

Error vault_not_found(std::string_view arn);
Error vault_not_empty(std::string_view arn);
Error archive_not_found(std::string_view archive_id);
Error upload_not_found(std::string_view upload_id);
Error job_not_found(std::string_view job_id);
Error no_notifications(std::string_view arn);
Error no_access_policy(std::string_view arn);
Error no_lock(std::string_view arn);

Error checksum_mismatch(std::string_view expected, std::string_view computed);
Error payload_hash_mismatch(std::string_view expected, std::string_view computed);
Error invalid_part_size(std::string_view text);
Error job_not_ready(std::string_view job_id);
Error policy_enforced();
Error insufficient_capacity();

}  // namespace cumulite::glacier::errors
