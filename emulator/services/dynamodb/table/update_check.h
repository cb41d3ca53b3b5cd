#pragma once

#include "api/dynamodb.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// What of an UpdateTable request is wrong by itself: that it changes nothing, or several things
/// that the service changes one a call.
Result<void> check_update_request(const api::UpdateTableInput& in);

}  // namespace cumulite::dynamodb
