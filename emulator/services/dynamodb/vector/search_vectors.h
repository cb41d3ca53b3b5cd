#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Vector indexes are refused where they would be made (CreateTable, UpdateTable, restores,
/// imports), so a search finds its table or not, and never its index.
Result<api::SearchVectorsOutput> search_vectors(Context& ctx, const api::SearchVectorsInput& in);

/// Refuses the vector indexes that a request names, or changes to them.
template <class List>
Result<void> check_no_vector_indexes(const std::optional<List>& named) {
  if (!named || named->empty()) return {};
  return errors::validation("Vector indexes are not supported in this Region");
}

}  // namespace cumulite::dynamodb
