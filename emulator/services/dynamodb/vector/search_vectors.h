#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Vector indexes are refused where they would be made (CreateTable, UpdateTable), so a search
/// finds its table or not, and never its index.
Result<api::SearchVectorsOutput> search_vectors(Context& ctx, const api::SearchVectorsInput& in);

}  // namespace cumulite::dynamodb
