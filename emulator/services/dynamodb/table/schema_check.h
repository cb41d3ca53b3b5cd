#pragma once

#include "api/dynamodb.h"
#include "protocol/result.h"

namespace cumulite::dynamodb {

/// The rules for CreateTable's schema, in DynamoDB's order and wording: throughput, key schema,
/// attribute definitions, local and global indexes.
Result<void> check_schema(const api::CreateTableInput& in);

/// One global index, of CreateTable or UpdateTable. `definitions` are the names in
/// AttributeDefinitions.
Result<void> check_global_index(const api::GlobalSecondaryIndex& index,
                                const std::vector<std::string>& definitions, bool on_demand);

/// Both units given and within bounds.
Result<void> check_throughput(const std::optional<api::ProvisionedThroughput>& throughput);

inline constexpr std::size_t kGlobalIndexesMax = 20;
inline constexpr std::size_t kLocalIndexesMax = 5;
inline constexpr std::size_t kProjectedAttributesMax = 100;

}  // namespace cumulite::dynamodb
