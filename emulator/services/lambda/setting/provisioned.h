#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/functions/store/function_rows.h"

namespace cumulite::lambda {

/// Provisioned concurrency of all versions and aliases of the function but that one.
std::int64_t provisioned_total(const storage::Reader& reader, const functions::FunctionId& id,
                               std::string_view but_qualifier = {});

}  // namespace cumulite::lambda
