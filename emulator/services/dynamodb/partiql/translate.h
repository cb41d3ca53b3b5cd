#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/expression/binding.h"
#include "emulator/services/dynamodb/partiql/values.h"

/// PartiQL's expressions as the trees that the other operations evaluate.
namespace cumulite::dynamodb::partiql {

/// Collects the names and values that trees refer to.
class TreeBuilder {
 public:
  explicit TreeBuilder(expression::Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  /// Errors: a list index out of range.
  Result<expression::Path> path(const Node& node);
  expression::Operand value(AttributeValue given);
  /// Call when the trees are complete: the names point into the vocabulary.
  expression::Binding binding() const;

  std::shared_ptr<const void> owned() const { return values_; }

 private:
  expression::Vocabulary& vocabulary_;
  std::shared_ptr<std::deque<AttributeValue>> values_ =
      std::make_shared<std::deque<AttributeValue>>();
};

/// A WHERE clause. Errors: unknown functions, operand counts and types.
Result<expression::BoundCondition> bind_where(const Node& where, const Parameters& parameters);

/// The SET and REMOVE clauses.
Result<expression::BoundUpdate> bind_assignments(const std::vector<Assignment>& assignments,
                                                 const Parameters& parameters);

/// A column of a SELECT: what it is called in the answer, and where it is in the item.
struct Column {
  std::string name;
  expression::Path path;
};

struct Columns {
  bool all = false;
  expression::Vocabulary vocabulary = {};
  std::vector<Column> columns = {};
  expression::Binding binding = {};

  /// Names of the top-level attributes, each once.
  std::vector<std::string_view> attributes() const;
  Item select(Item item) const;
};

/// Errors: "Unexpected path component at ..." for a column that is no path.
Result<std::shared_ptr<const Columns>> bind_columns(const std::vector<Node>& columns);

}  // namespace cumulite::dynamodb::partiql
