#pragma once

#include <optional>
#include <vector>

#include "emulator/services/dynamodb/expression/key_condition.h"

/// Conditions taken apart: which combinations of tests an item may satisfy.
namespace cumulite::dynamodb::partiql {

/// One test. Of an IN on a key attribute it stands for one of the choices.
struct Leaf {
  const expression::Condition* condition = nullptr;
  const AttributeValue* choice = nullptr;
};

/// Tests that must all hold.
using Branch = std::vector<Leaf>;

/// The tests that a condition joins by AND.
Branch flatten(const expression::Condition& condition);

/// The condition as alternatives, taken apart as far as alternatives speak of key attributes;
/// nullopt if there are too many.
std::optional<std::vector<Branch>> split_branches(const expression::BoundCondition& where,
                                                  const KeySchema& schema);

/// The leaf as a test of one attribute against values; nullopt if it is another condition.
std::optional<expression::KeyTest> key_test(const Leaf& leaf, const expression::Binding& binding);

}  // namespace cumulite::dynamodb::partiql
