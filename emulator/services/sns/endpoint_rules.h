#pragma once

#include <string>
#include <string_view>

#include "protocol/result.h"

namespace cumulite::sns {

/// Whether a text is a phone number as Publish takes it: +, then up to 15 digits.
bool is_e164(std::string_view text);

/// Checks what Subscribe gives as protocol and endpoint.
/// Errors: InvalidParameter, worded by protocol.
Result<void> check_endpoint(const std::string& protocol, const std::string& endpoint,
                            bool fifo_topic);

}  // namespace cumulite::sns
