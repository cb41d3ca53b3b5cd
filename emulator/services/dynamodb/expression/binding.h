#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/dynamodb/expression/ast.h"
#include "emulator/services/dynamodb/item/value_layer.h"
#include "protocol/model/shape.h"
#include "protocol/result.h"

namespace cumulite::dynamodb::expression {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request: checked, normalized, and
/// watched for entries that no expression uses. Bindings point into it: it must outlive them.
class Placeholders {
 public:
  using Names = model::Map<std::string>;

  Placeholders() = default;
  /// `layer` is that of the operation: it has the words for values.
  static Result<Placeholders> make(const std::optional<Names>& names,
                                   const std::optional<Item>& values,
                                   Layer layer = Layer::kOlder);

  /// The attribute behind "#x", or null; marks it as used.
  const std::string* name(std::string_view placeholder);
  /// The value behind ":x", or null; marks it as used.
  const AttributeValue* value(std::string_view placeholder);
  /// After all expressions of the request were bound.
  Result<void> check_all_used() const;

 private:
  Names names_;
  Item values_;
  std::vector<bool> names_used_;
  std::vector<bool> values_used_;
};

/// The slots of a vocabulary, filled for one request.
struct Binding {
  std::vector<std::string_view> names;
  std::vector<const AttributeValue*> values;

  std::string_view name(const PathStep& step) const { return names[step.number]; }
};

/// A condition that is ready to be evaluated.
struct BoundCondition {
  std::shared_ptr<const ParsedCondition> parsed;
  Binding binding;
  std::shared_ptr<const void> owned = {};  ///< Values that no Placeholders hold.
};

struct BoundUpdate {
  std::shared_ptr<const ParsedUpdate> parsed;
  Binding binding;
  std::shared_ptr<const void> owned = {};
  bool legacy = false;  ///< Of AttributeUpdates, whose type errors have another wording.
};

struct BoundProjection {
  std::shared_ptr<const ParsedProjection> parsed;
  Binding binding;
};

/// Parse and bind. Errors: ValidationException with what DynamoDB says about the text, undefined
/// placeholders, operand counts and types, overlapping paths.
Result<BoundCondition> bind_condition(std::string_view parameter, std::string_view text,
                                      Placeholders& placeholders);
Result<BoundUpdate> bind_update(std::string_view text, Placeholders& placeholders);
Result<BoundProjection> bind_projection(std::string_view text, Placeholders& placeholders);

/// "[a, [3], b]" as DynamoDB prints paths.
std::string render_path(const Path& path, const Binding& binding);

/// Fills the slots. What is not defined is left empty: check_defined says so.
Binding bind_vocabulary(const Vocabulary& vocabulary, Placeholders& placeholders);

/// The first placeholder that is not defined, names before values.
Result<void> check_defined(std::string_view parameter, const Vocabulary& vocabulary,
                           const Binding& binding);
/// The same for one name or value, by its slot.
Result<void> check_name_defined(std::string_view parameter, const Vocabulary& vocabulary,
                                const Binding& binding, std::uint32_t slot);
Result<void> check_value_defined(std::string_view parameter, const Vocabulary& vocabulary,
                                 const Binding& binding, std::uint32_t slot);

/// Checks of conditions that need the request's values; used by bind_condition. An empty
/// `parameter` is PartiQL, whose messages name none. Where there is a vocabulary, its placeholders
/// are checked too, each when the part of the condition that has it is.
Result<void> check_condition(std::string_view parameter, const Condition& condition,
                             const Binding& binding, const Vocabulary* vocabulary = nullptr);

/// The same for updates: paths that overlap, operand counts and types; used by bind_update.
Result<void> check_update(std::string_view parameter, const ParsedUpdate& update,
                          const Binding& binding);

/// The first attribute names of all paths in a condition, for "Filter Expression can only contain
/// non-primary key attributes".
struct TopAttribute {
  std::string_view name;
  bool nested = false;  ///< The path goes on below the attribute.
};

std::vector<TopAttribute> top_attributes(const Condition& condition, const Binding& binding);

}  // namespace cumulite::dynamodb::expression
