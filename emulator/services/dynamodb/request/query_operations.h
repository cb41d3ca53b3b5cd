#pragma once

#include "emulator/services/dynamodb/database.h"

/// The operations that read items in pages of up to 1 MB.
namespace cumulite::dynamodb {

Result<api::QueryOutput> query(Context& ctx, const api::QueryInput& in);
Result<api::ScanOutput> scan(Context& ctx, const api::ScanInput& in);

}  // namespace cumulite::dynamodb
