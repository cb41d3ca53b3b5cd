#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/model/shape.h"

/// Checks a filled input struct against the constraints of its model. Which of the findings a
/// service reports, and in which words, is not decided here (wire/violations.h).
namespace cumulite::model {

/// What a value fails to satisfy. Lengths are of texts, lists and maps, ranges of numbers.
enum class Constraint : std::uint8_t {
  kRequired,
  kLengthMin,
  kLengthMax,
  kRangeMin,
  kRangeMax,
  kPattern,
  kEnum,
};

/// Where in its container the offending value stands, which changes the wording.
enum class Place : std::uint8_t { kMember, kListElement, kMapKey, kMapValue };

/// One finding. Its pointers are into the model's tables, which live as long as the program.
struct Violation {
  Constraint constraint;
  Place place;
  const Shape* shape;    ///< Of the offending value.
  const Member* member;  ///< The member of a structure that is, or holds, the offending value.
  const Member* top;     ///< The input's own member that it is in or below.
  /// As AWS shows it: "attributeDefinitions.1.member.attributeName". For elements, keys and values
  /// of scalar type it is the path of the list or map.
  std::string path;
  std::string value;  ///< Rendered for the message; empty for kRequired.
};

/// Findings past this number are not looked for: a message stays readable and bounded.
inline constexpr std::size_t kViolationsMax = 10;

/// All violations in the order of the model, at most kViolationsMax. Costs next to nothing for a
/// shape without constraints. Members whose payload streams are not looked at.
std::vector<Violation> validate(const Shape& shape, const void* value);

/// "Member must have length greater than or equal to 3", and so on.
std::string constraint_text(const Shape& shape, Constraint constraint);
/// All that the shape asks of a value, in AWS's order: greatest, least, pattern, enumeration.
std::string all_constraints_text(const Shape& shape);

}  // namespace cumulite::model
