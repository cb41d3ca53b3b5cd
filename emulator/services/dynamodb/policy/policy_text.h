#pragma once

#include <string>
#include <string_view>

#include "protocol/codec/json_document.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// Whether a text is a policy as the service takes it. Errors: ValidationException.
Result<void> check_policy(std::string_view policy);
/// A policy's document with everything in one spelling, to compare by: lists as lists, effects in
/// capitals, accounts by the ARN of their root. Its Version is what was given, or none.
nlohmann::json canonical_policy(std::string_view policy);
/// As GetResourcePolicy tells it: without spaces, members in the service's order, lists of one
/// element as the element, and with the Version that counts where none was given.
std::string render_policy(std::string_view policy);
/// Whether it keeps the account from changing the resource's policy again.
bool locks_out(std::string_view policy, std::string_view resource_arn, std::string_view account);

}  // namespace cumulite::dynamodb
