#pragma once

#include <memory>
#include <optional>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/expression/key_condition.h"
#include "emulator/services/dynamodb/expression/projection.h"

namespace cumulite::dynamodb {

/// Which items an export holds, and which of their attributes: its FilterSpecification.
class ItemFilter {
 public:
  /// Null if there is nothing to filter by. `specification` must outlive the result. Errors: those
  /// of the expressions, as in Query.
  static Result<std::unique_ptr<ItemFilter>> make(
      const std::optional<api::FilterSpecification>& specification, const Table& table);

  bool matches(const Item& item) const;
  Item project(Item item) const;

 private:
  ItemFilter() = default;

  expression::Placeholders placeholders_;
  std::optional<expression::BoundCondition> condition_;
  std::optional<expression::Projection> projection_;
  std::optional<expression::KeyTests> key_tests_;
  Item partition_;
  KeySchema key_;
};

}  // namespace cumulite::dynamodb
