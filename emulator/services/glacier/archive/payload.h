#pragma once

#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "protocol/result.h"

/// The checks that a body has to pass: an archive's, and a part's.
namespace cumulite::glacier {

/// What one request may carry: an archive in one piece, or a part.
inline constexpr std::uint64_t kPayloadBytesMax = std::uint64_t{4} << 30;

/// From the head alone. Error: "Invalid Content-Length".
Result<BodyPlan> plan_payload(const http::Request& request);

/// Compares the received body with its linear hash (header x-amz-content-sha256) and with the tree
/// hash that the caller sent; returns the raw tree hash. Errors: MissingParameterValueException,
/// InvalidParameterValueException.
Result<std::string> check_payload(const Context& ctx, const std::optional<std::string>& tree_hash);

}  // namespace cumulite::glacier
