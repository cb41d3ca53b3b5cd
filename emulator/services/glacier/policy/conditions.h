#pragma once

#include <string_view>

#include "emulator/services/glacier/policy/document.h"
#include "protocol/result.h"

/// The Condition block of a policy statement, as JSON text.
namespace cumulite::glacier {

/// Whether all its operators and keys are known. Error: InvalidParameterValueException.
Result<void> check_conditions(std::string_view text);
/// Whether every one of a checked block holds for the call.
bool meets_conditions(std::string_view text, const PolicyCall& call);

}  // namespace cumulite::glacier
