#pragma once

#include <cstdint>
#include <string>

#include "emulator/core/context.h"
#include "emulator/functions/store/function_rows.h"

namespace cumulite::lambda {

/// Publishes $LATEST of the function in the transaction: a new number, or the last one when nothing
/// changed since. `function` is brought up to date and not yet written. Returns the version.
functions::StoredVersion publish(Context& ctx, storage::Txn& txn, const functions::FunctionId& id,
                                 functions::StoredFunction& function,
                                 const std::string& description);

}  // namespace cumulite::lambda
