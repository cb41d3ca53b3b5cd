#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb.h"
#include "emulator/services/dynamodb/expression/binding.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"

/// The parameters from before expressions, translated to the same trees. What is returned refers
/// to the names in the request.
namespace cumulite::dynamodb::expression {

using ExpectedMap = model::Map<api::ExpectedAttributeValue>;
using ConditionMap = model::Map<api::Condition>;
using UpdateMap = model::Map<api::AttributeValueUpdate>;

/// Expected; nullopt if there is nothing to check.
Result<std::optional<BoundCondition>> bind_expected(
    const std::optional<ExpectedMap>& expected,
    const std::optional<std::string>& conditional_operator, Layer layer);

/// QueryFilter or ScanFilter.
Result<std::optional<BoundCondition>> bind_filter(
    const std::optional<ConditionMap>& filter,
    const std::optional<std::string>& conditional_operator, Layer layer);

/// AttributeUpdates.
Result<BoundUpdate> bind_attribute_updates(const UpdateMap& updates, Layer layer);

/// Number and types of a condition's operands; the values are normalized on the way.
Result<std::vector<AttributeValue>> check_operands(std::string_view comparison,
                                                   const std::vector<AttributeValue>& values,
                                                   Layer layer);

}  // namespace cumulite::dynamodb::expression
