#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb.h"
#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/legacy.h"
#include "emulator/services/dynamodb/expression/projection.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// A parameter of a request, as the check of mixed styles sees it.
struct ParameterUse {
  std::string_view name;
  bool given = false;
};

/// "Can not use both expression and non-expression parameters", and ExpressionAttribute* without
/// an expression. `expressions` in the order of the messages.
Result<void> check_styles(std::initializer_list<ParameterUse> expressions,
                          std::initializer_list<ParameterUse> legacy, bool names_given,
                          bool values_given);

/// ProjectionExpression or AttributesToGet; nullopt if neither is given.
Result<std::optional<expression::Projection>> bind_projection_parameters(
    const std::optional<std::string>& projection_expression,
    const std::optional<std::vector<std::string>>& attributes_to_get,
    expression::Placeholders& placeholders);

/// Refuses a path below an attribute that is a key of the table or of an index.
Result<void> check_nested_path(const Table& table, std::string_view name);
/// Refuses paths below key attributes.
Result<void> check_projection_keys(const Table& table, const expression::Projection& projection);
Result<void> check_condition_keys(const Table& table, const expression::BoundCondition& condition);

/// ConsumedCapacity as asked for by ReturnConsumedCapacity.
std::optional<api::ConsumedCapacity> write_capacity(const std::optional<std::string>& wanted,
                                                    const Table& table, const WriteUnits& units);
/// Units for reading so many bytes in one go.
double read_units(std::size_t bytes, bool consistent);
std::optional<api::ConsumedCapacity> read_capacity(const std::optional<std::string>& wanted,
                                                   const Table& table, const Index* index,
                                                   double table_units, double index_units);
/// Sums the second into the first, which may be of other items of the same table.
void add_capacity(api::ConsumedCapacity& total, const api::ConsumedCapacity& more);

/// ItemCollectionMetrics of a write to a table with local indexes, after it.
std::optional<api::ItemCollectionMetrics> collection_metrics(
    const storage::Reader& reader, const std::optional<std::string>& wanted, const Table& table,
    const Item& key);

}  // namespace cumulite::dynamodb
