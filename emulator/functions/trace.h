#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cumulite::functions {

/// X-Ray's header for an invocation that nobody traces; the same for the same request.
std::string untraced(std::string_view request_id, std::int64_t now_ms);

}  // namespace cumulite::functions
