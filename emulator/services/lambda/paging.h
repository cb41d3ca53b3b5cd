#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "emulator/core/row_service.h"
#include "protocol/result.h"

namespace cumulite::lambda {

/// MaxItems as requests have it: 50 by default and at most.
std::size_t page_size(const std::optional<std::int32_t>& items_max);

/// A page of rows of kLambda below the prefix: Marker and MaxItems as requests have them.
/// Errors: a marker that is none of ours.
Result<RowPage> read_page(const storage::Reader& reader, const std::string& prefix,
                          const std::optional<std::string>& marker,
                          const std::optional<std::int32_t>& items_max);

}  // namespace cumulite::lambda
