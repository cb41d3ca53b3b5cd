#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

Result<api::QueryOutput> query(Context& ctx, const api::QueryInput& in);
Result<api::ScanOutput> scan(Context& ctx, const api::ScanInput& in);

}  // namespace cumulite::dynamodb
