#pragma once

#include <string_view>

#include "protocol/error.h"

/// Every refusal of Secrets Manager, one maker a message, worded as the service words it.
namespace cumulite::secretsmanager::errors {

Error not_found();
Error stage_not_found(std::string_view stage);
Error version_not_found(std::string_view version_id);
Error exists(std::string_view name);
Error token_in_use(std::string_view token, std::string_view arn);
Error scheduled_for_deletion();
Error name_scheduled_for_deletion();
Error no_rotation_function();
Error rotation_function_refuses();
Error rotation_in_progress();
Error too_many_stages();
Error malformed_policy();
Error public_policy();
Error invalid_token();
Error invalid_name();
Error default_key_of_other_account();
/// SDKs always send a ClientRequestToken. RotateSecret says InvalidParameterException.
Error no_request_token(std::string_view code = "InvalidRequestException");
Error invalid_parameter(std::string_view message);
Error invalid_request(std::string_view message);

}  // namespace cumulite::secretsmanager::errors
