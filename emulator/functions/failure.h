#pragma once

#include <string>
#include <string_view>

namespace cumulite::functions {

/// {"errorType", "errorMessage"}: how a failed invocation is told to its caller.
std::string failure_json(std::string_view type, std::string_view message);

}  // namespace cumulite::functions
