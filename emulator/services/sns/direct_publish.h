#pragma once

#include "emulator/core/context.h"
#include "emulator/services/sns/message.h"
#include "emulator/services/sns/sns_api.h"

/// Messages to one phone or one application endpoint: captured, not sent.
namespace cumulite::sns {

Result<api::PublishResponse> publish_to_phone(Context& ctx, const std::string& number,
                                              const Message& message);
/// EndpointDisabled if there is such an endpoint and it is.
Result<void> check_endpoint_is_enabled(Context& ctx, const std::string& arn);
Result<api::PublishResponse> publish_to_endpoint(Context& ctx, const std::string& arn,
                                                 const Message& message);

}  // namespace cumulite::sns
