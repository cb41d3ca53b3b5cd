#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/legacy.h"
#include "emulator/services/dynamodb/table/table.h"
#include "protocol/result.h"

namespace cumulite::dynamodb::expression {

/// A condition on one key attribute.
struct KeyTest {
  enum class Kind : std::uint8_t { kEq, kLt, kLe, kGt, kGe, kBetween, kBeginsWith };

  std::string_view attribute;
  Kind kind = Kind::kEq;
  const AttributeValue* value = nullptr;  ///< Null: a comparison that keys do not serve.
  const AttributeValue* upper = nullptr;  ///< kBetween.
};

/// The tests of a Query, from either style of parameters.
struct KeyTests {
  std::vector<KeyTest> tests = {};
  std::shared_ptr<const void> owned = {};
  /// Keeps the names of the expression.
  std::optional<BoundCondition> bound = {};

  const KeyTest* find(std::string_view attribute) const;
};

/// KeyConditionExpression. Errors: what such an expression may not have.
Result<KeyTests> read_key_condition(BoundCondition bound);
/// KeyConditions.
Result<KeyTests> read_key_conditions(const ConditionMap& conditions, Layer layer);

/// The tests against a schema: which partition, which rows of it.
struct KeyRange {
  Item partition = {};  ///< Values of the HASH attributes.
  std::string from;     ///< First row.
  std::string to;       ///< Past the last row.
};

/// Errors: missing or unsupported conditions, types other than the schema's.
Result<KeyRange> resolve_key_range(const KeyTests& tests, const KeySchema& schema,
                                   std::string_view rows_prefix);

/// True if the key's sort attributes satisfy the tests.
bool satisfies(const KeyTests& tests, const KeySchema& schema, const Item& key);

}  // namespace cumulite::dynamodb::expression
