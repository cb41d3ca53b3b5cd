#pragma once

#include "emulator/functions/function.h"
#include "emulator/functions/store/function_rows.h"

namespace cumulite::functions {

/// Makes a configured function ("exec", "http"; the functions file and the admin API) one of the
/// registry's, so that it is invoked, listed and deleted as every other. Replaces what the name
/// had.
void store_configured(storage::Store& store, const Function& function, std::int64_t now_ms);
/// Takes it out again, with all rows about it.
void remove_configured(storage::Store& store, const FunctionId& id);

}  // namespace cumulite::functions
