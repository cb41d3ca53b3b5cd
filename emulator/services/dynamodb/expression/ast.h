#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Parsed expressions: immutable, independent of any request, so that they can be cached by text.
/// Attribute names and value placeholders are slots in tables; binding.h fills the slots for one
/// request.
namespace cumulite::dynamodb::expression {

/// One step of a document path: a list index, or a slot in Vocabulary::names.
struct PathStep {
  bool is_index = false;
  std::uint32_t number = 0;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

/// "a.b[3]" as steps; the first is always a name.
using Path = std::vector<PathStep>;

/// The names and placeholders that an expression mentions, each once.
struct Vocabulary {
  std::vector<std::string> names;   ///< "attr" or "#placeholder".
  std::vector<std::string> values;  ///< ":placeholder".

  std::uint32_t name_slot(std::string_view name);
  std::uint32_t value_slot(std::string_view value);
};

struct Operand {
  enum class Kind : std::uint8_t { kPath, kValue, kFunction, kPlus, kMinus };

  Kind kind = Kind::kPath;
  Path path = {};                  ///< kPath.
  std::uint32_t value = 0;         ///< kValue: slot.
  std::string function = {};       ///< kFunction: its name.
  std::vector<Operand> args = {};  ///< kFunction, kPlus, kMinus.
};

enum class Comparator : std::uint8_t { kEq, kNe, kLt, kLe, kGt, kGe };

struct Condition {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare, kBetween, kIn, kFunction };

  Kind kind = Kind::kCompare;
  Comparator comparator = Comparator::kEq;
  std::string function = {};             ///< kFunction.
  std::vector<Condition> children = {};  ///< kAnd, kOr (two or more), kNot (one).
  std::vector<Operand> operands = {};    ///< The rest: the tested operand first.

  /// kAnd, kOr or kNot of others.
  static Condition group(Kind kind, std::vector<Condition> children);
};

enum class Action : std::uint8_t { kSet, kRemove, kAdd, kDelete };

struct UpdateClause {
  Action action = Action::kSet;
  Path path = {};
  Operand value = {};  ///< Not for kRemove.
};

/// `fault` is what is wrong regardless of the request (reserved word, unknown function, ...): the
/// part of the message after "Invalid XExpression: ". It is reported before anything that depends
/// on the request.
struct ParsedCondition {
  Vocabulary vocabulary = {};
  Condition root = {};
  std::optional<std::string> fault = {};
};

struct ParsedUpdate {
  Vocabulary vocabulary = {};
  std::vector<UpdateClause> clauses = {};
  std::optional<std::string> fault = {};
};

struct ParsedProjection {
  Vocabulary vocabulary = {};
  std::vector<Path> paths = {};
  std::optional<std::string> fault = {};
};

std::string_view symbol(Comparator comparator);  ///< "=", "<>", ...

}  // namespace cumulite::dynamodb::expression
