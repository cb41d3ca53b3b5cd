#include "emulator/services/dynamodb/vector/search_vectors.h"

#include <algorithm>

#include <fmt/format.h>

namespace cumulite::dynamodb {

Result<api::SearchVectorsOutput> search_vectors(Context& ctx, const api::SearchVectorsInput& in) {
  const auto& vector = *in.SearchVector;
  if (!std::all_of(vector.begin(), vector.end(),
                   [](const AttributeValue& value) { return value.type == Type::kN; })) {
    return errors::validation("SearchVector must be a list of numbers");
  }
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, *in.TableName));
  if (ref.table->find_index(*in.IndexName) != nullptr) {
    return errors::validation(fmt::format("The index {} is not a vector index", *in.IndexName));
  }
  return errors::not_found(
      fmt::format("Requested resource not found: Table: {} Index: {} not found", ref.table->name(),
                  *in.IndexName));
}

}  // namespace cumulite::dynamodb
