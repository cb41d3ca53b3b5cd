#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/services/dynamodb/partiql/lexer.h"

/// What a PartiQL statement says, before it is given a meaning.
namespace cumulite::dynamodb::partiql {

/// One step of a document path: ".name" or "[index]". The index stays text until it is checked.
struct Step {
  bool is_index = false;
  std::string name = {};  ///< The name, or the digits of the index (with a sign).
  Position position = {};
};

struct Statement;

struct Node {
  enum class Kind : std::uint8_t {
    kString,
    kNumber,
    kBoolean,  ///< text "true" or "false".
    kNull,
    kMissing,
    kParameter,
    kPath,
    kCall,        ///< text: the function in lower case; children: arguments.
    kList,        ///< [a, b]
    kBag,         ///< <<a, b>>
    kMap,         ///< keys and children.
    kSign,        ///< text "+" or "-"; one child.
    kArithmetic,  ///< text: the operator.
    kCompare,     ///< text: the operator.
    kBetween,
    kIn,
    kIs,  ///< text: the type in lower case.
    kAnd,
    kOr,
    kNot,
    kStar,
    kSelect,  ///< A statement where an expression may stand.
  };

  Kind kind = Kind::kNull;
  std::string text = {};
  Position position = {};
  std::vector<Node> children = {};
  std::vector<Step> path = {};
  std::vector<std::string> keys = {};
  std::uint32_t parameter = 0;
  std::shared_ptr<Statement> statement = {};
};

struct Assignment {
  bool remove = false;
  Node target = {};
  Node value = {};  ///< Not of a REMOVE.
};

struct OrderTerm {
  Node expression = {};
  bool descending = false;
};

/// RETURNING (ALL | MODIFIED) (NEW | OLD) *.
struct Returning {
  bool all = false;
  bool after = false;

  std::string text() const;
};

struct Statement {
  enum class Kind : std::uint8_t { kSelect, kInsert, kUpdate, kDelete, kExists, kExpression };

  Kind kind = Kind::kSelect;
  std::vector<std::string> source = {};  ///< Table and index names.
  std::vector<Node> columns = {};        ///< kSelect; one kStar for all.
  std::optional<Node> where = {};
  std::vector<OrderTerm> order = {};
  std::optional<Node> item = {};  ///< kInsert: the value; kExpression: the expression.
  std::vector<Assignment> assignments = {};
  std::optional<Returning> returning = {};
  std::shared_ptr<Statement> inner = {};  ///< kExists: the SELECT.
  std::uint32_t parameters = 0;           ///< Number of question marks.
};

/// Errors: ValidationException "Statement wasn't well formed, can't be processed: ...", "Aliasing
/// is not supported" and what else the service's parser says.
Result<Statement> parse(std::string_view text);

}  // namespace cumulite::dynamodb::partiql
