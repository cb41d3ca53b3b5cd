#include "emulator/services/dynamodb/expression/binding.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/expression/parser.h"

namespace cumulite::dynamodb::expression {
namespace {

constexpr std::size_t kPlaceholderBytesMax = 255;
constexpr std::size_t kNameBytesMax = 65535;

bool is_placeholder(std::string_view key, char mark) {
  if (key.size() < 2 || key.front() != mark) return false;
  return std::all_of(key.begin() + 1, key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Error invalid(std::string_view parameter, std::string_view detail) {
  if (parameter.empty()) return errors::validation(std::string(detail));
  return errors::validation(fmt::format("Invalid {}: {}", parameter, detail));
}

Result<void> check_names(const Placeholders::Names& names) {
  if (names.empty()) return errors::validation("ExpressionAttributeNames must not be empty");
  for (const auto& [key, name] : names) {
    if (!is_placeholder(key, '#')) {
      return errors::validation(fmt::format(
          "ExpressionAttributeNames contains invalid key: Syntax error; key: \"{}\"", key));
    }
    if (key.size() > kPlaceholderBytesMax) {
      return errors::validation(
          "ExpressionAttributeNames contains invalid key: Member must have length less than or "
          "equal to 255");
    }
    if (name.empty()) {
      return errors::validation(fmt::format(
          "ExpressionAttributeNames contains invalid value: Empty attribute name; key: {}", key));
    }
    if (name.size() > kNameBytesMax) {
      return errors::validation(
          fmt::format("ExpressionAttributeNames contains invalid value: Member must have length "
                      "less than or equal to 65535; key: {}",
                      key));
    }
  }
  return {};
}

/// An empty set is refused in the words for items in either layer.
bool is_empty_set(const AttributeValue& value) {
  const bool set = value.type == Type::kSS || value.type == Type::kNS || value.type == Type::kBS;
  return set && value.set().empty();
}

Result<void> check_values(Item& values, Layer layer) {
  if (values.empty()) return errors::validation("ExpressionAttributeValues must not be empty");
  for (const auto& [key, value] : values) {
    if (!is_placeholder(key, ':')) {
      return errors::validation(fmt::format(
          "ExpressionAttributeValues contains invalid key: Syntax error; key: \"{}\"", key));
    }
    if (key.size() > kPlaceholderBytesMax) {
      return errors::validation(
          "ExpressionAttributeValues contains invalid key: Member must have length less than or "
          "equal to 255");
    }
  }
  // The older layer counts a level less than in an item.
  const int depth = layer == Layer::kOlder ? 0 : 1;
  for (auto& [key, value] : values) {
    if (auto checked = normalize(value, layer, depth); !checked.ok()) {
      // The current layer says what it says of items, and does not name the placeholder.
      if (layer == Layer::kCurrent || is_empty_set(value)) return std::move(checked).error();
      return errors::validation(
          fmt::format("ExpressionAttributeValues contains invalid value: {} for key {}",
                      checked.error().message, key));
    }
  }
  return {};
}

/// Unused names of a map, as DynamoDB lists them.
template <class Map>
std::optional<std::string> unused(const Map& map, const std::vector<bool>& used) {
  std::vector<std::string_view> keys;
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (!used[i]) keys.push_back(map[i].first);
  }
  if (keys.empty()) return std::nullopt;
  return fmt::format("keys: {{{}}}", fmt::join(keys, ", "));
}

/// What two paths have to do with each other.
enum class Relation : std::uint8_t { kApart, kOverlap, kConflict };

Relation relate(const Path& a, const Path& b, const Binding& binding) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].is_index != b[i].is_index) return Relation::kConflict;
    const bool same =
        a[i].is_index ? a[i].number == b[i].number : binding.name(a[i]) == binding.name(b[i]);
    if (!same) return Relation::kApart;
  }
  return Relation::kOverlap;
}

Result<void> check_paths(std::string_view parameter, const std::vector<const Path*>& paths,
                         const Binding& binding) {
  std::optional<Error> conflict;
  for (std::size_t later = 1; later < paths.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const auto relation = relate(*paths[earlier], *paths[later], binding);
      if (relation == Relation::kApart) continue;
      auto error = invalid(
          parameter,
          fmt::format("Two document paths {} with each other; must remove or rewrite one of these "
                      "paths; path one: {}, path two: {}",
                      relation == Relation::kOverlap ? "overlap" : "conflict",
                      render_path(*paths[earlier], binding), render_path(*paths[later], binding)));
      if (relation == Relation::kOverlap) return error;
      if (!conflict) conflict = std::move(error);
    }
  }
  if (conflict) return std::move(*conflict);
  return {};
}

std::string_view long_type_name(Type type) {
  switch (type) {
    case Type::kS:
      return "STRING";
    case Type::kN:
      return "NUMBER";
    case Type::kB:
      return "BINARY";
    case Type::kNull:
      return "NULL";
    case Type::kBool:
      return "BOOLEAN";
    case Type::kL:
      return "LIST";
    case Type::kM:
      return "MAP";
    default:
      return "";
  }
}

Error wrong_operand(std::string_view parameter, std::string_view function, Type type) {
  return invalid(parameter,
                 fmt::format("Incorrect operand type for operator or function; operator or "
                             "function: {}, operand type: {}",
                             function, type_name(type)));
}

Result<void> check_typed_args(std::string_view parameter, const Operand& operand,
                              std::string_view function, Type wanted, const Binding& binding) {
  for (const auto& argument : operand.args) {
    if (argument.kind == Operand::Kind::kValue) {
      const Type type = binding.values[argument.value]->type;
      if (type != wanted) return wrong_operand(parameter, function, type);
    } else if (argument.kind == Operand::Kind::kFunction && argument.function == "list_append" &&
               wanted == Type::kN) {
      return wrong_operand(parameter, function, Type::kL);
    }
  }
  return {};
}

/// Operand counts and types on the right side of SET.
Result<void> check_set_value(std::string_view parameter, const Operand& operand,
                             const Binding& binding) {
  for (const auto& argument : operand.args)
    CUMULITE_TRY(check_set_value(parameter, argument, binding));
  switch (operand.kind) {
    case Operand::Kind::kPlus:
      return check_typed_args(parameter, operand, "+", Type::kN, binding);
    case Operand::Kind::kMinus:
      return check_typed_args(parameter, operand, "-", Type::kN, binding);
    case Operand::Kind::kFunction:
      break;
    default:
      return {};
  }
  if (operand.args.size() != 2) {
    return invalid(parameter,
                   fmt::format("Incorrect number of operands for operator or function; operator "
                               "or function: {}, number of operands: {}",
                               operand.function, operand.args.size()));
  }
  if (operand.function == "list_append") {
    return check_typed_args(parameter, operand, "list_append", Type::kL, binding);
  }
  if (operand.args[0].kind != Operand::Kind::kPath) {
    return invalid(parameter,
                   fmt::format("Operator or function requires a document path; operator or "
                               "function: {}",
                               operand.function));
  }
  return {};
}

Result<void> check_add_or_delete(std::string_view parameter, const UpdateClause& clause,
                                 const Binding& binding) {
  const Type type = binding.values[clause.value.value]->type;
  const bool set = type == Type::kSS || type == Type::kNS || type == Type::kBS;
  if (set || (clause.action == Action::kAdd && type == Type::kN)) return {};
  const std::string_view operation = clause.action == Action::kAdd ? "ADD" : "DELETE";
  return invalid(parameter,
                 fmt::format("Incorrect operand type for operator or function; operator: {}, "
                             "operand type: {}, typeSet: ALLOWED_FOR_{}_OPERAND",
                             operation, long_type_name(type), operation));
}

}  // namespace

Result<Placeholders> Placeholders::make(const std::optional<Names>& names,
                                        const std::optional<Item>& values, Layer layer) {
  Placeholders out;
  if (names) {
    CUMULITE_TRY(check_names(*names));
    out.names_ = *names;
    out.names_used_.assign(names->size(), false);
  }
  if (values) {
    out.values_ = *values;
    CUMULITE_TRY(check_values(out.values_, layer));
    out.values_used_.assign(values->size(), false);
  }
  return out;
}

const std::string* Placeholders::name(std::string_view placeholder) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].first != placeholder) continue;
    names_used_[i] = true;
    return &names_[i].second;
  }
  return nullptr;
}

const AttributeValue* Placeholders::value(std::string_view placeholder) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].first != placeholder) continue;
    values_used_[i] = true;
    return &values_[i].second;
  }
  return nullptr;
}

Result<void> Placeholders::check_all_used() const {
  if (const auto keys = unused(names_, names_used_)) {
    return errors::validation("Value provided in ExpressionAttributeNames unused in expressions: " +
                              *keys);
  }
  if (const auto keys = unused(values_, values_used_)) {
    return errors::validation(
        "Value provided in ExpressionAttributeValues unused in expressions: " + *keys);
  }
  return {};
}

Binding bind_vocabulary(const Vocabulary& vocabulary, Placeholders& placeholders) {
  Binding out;
  out.names.reserve(vocabulary.names.size());
  for (const auto& name : vocabulary.names) {
    const auto* resolved = name.front() == '#' ? placeholders.name(name) : &name;
    out.names.push_back(resolved == nullptr ? std::string_view{} : std::string_view{*resolved});
  }
  out.values.reserve(vocabulary.values.size());
  for (const auto& value : vocabulary.values) out.values.push_back(placeholders.value(value));
  return out;
}

Result<void> check_name_defined(std::string_view parameter, const Vocabulary& vocabulary,
                                const Binding& binding, std::uint32_t slot) {
  if (!binding.names[slot].empty()) return {};
  return invalid(parameter, fmt::format("An expression attribute name used in the document path is "
                                        "not defined; attribute name: {}",
                                        vocabulary.names[slot]));
}

Result<void> check_value_defined(std::string_view parameter, const Vocabulary& vocabulary,
                                 const Binding& binding, std::uint32_t slot) {
  if (binding.values[slot] != nullptr) return {};
  return invalid(parameter, fmt::format("An expression attribute value used in expression is not "
                                        "defined; attribute value: {}",
                                        vocabulary.values[slot]));
}

Result<void> check_defined(std::string_view parameter, const Vocabulary& vocabulary,
                           const Binding& binding) {
  for (std::uint32_t slot = 0; slot < binding.names.size(); ++slot) {
    CUMULITE_TRY(check_name_defined(parameter, vocabulary, binding, slot));
  }
  for (std::uint32_t slot = 0; slot < binding.values.size(); ++slot) {
    CUMULITE_TRY(check_value_defined(parameter, vocabulary, binding, slot));
  }
  return {};
}

std::string render_path(const Path& path, const Binding& binding) {
  std::string out = "[";
  for (const auto& step : path) {
    if (out.size() > 1) out += ", ";
    out += step.is_index ? fmt::format("[{}]", step.number) : std::string(binding.name(step));
  }
  out += ']';
  return out;
}

Result<BoundCondition> bind_condition(std::string_view parameter, std::string_view text,
                                      Placeholders& placeholders) {
  BoundCondition out;
  CUMULITE_ASSIGN(out.parsed, parse_condition(parameter, text));
  out.binding = bind_vocabulary(out.parsed->vocabulary, placeholders);
  CUMULITE_TRY(check_condition(parameter, out.parsed->root, out.binding, &out.parsed->vocabulary));
  return out;
}

Result<BoundUpdate> bind_update(std::string_view text, Placeholders& placeholders) {
  constexpr std::string_view kParameter = "UpdateExpression";
  BoundUpdate out;
  CUMULITE_ASSIGN(out.parsed, parse_update(text));
  out.binding = bind_vocabulary(out.parsed->vocabulary, placeholders);
  CUMULITE_TRY(check_defined(kParameter, out.parsed->vocabulary, out.binding));
  CUMULITE_TRY(check_update(kParameter, *out.parsed, out.binding));
  return out;
}

Result<void> check_update(std::string_view parameter, const ParsedUpdate& update,
                          const Binding& binding) {
  std::vector<const Path*> paths;
  for (const auto& clause : update.clauses) paths.push_back(&clause.path);
  CUMULITE_TRY(check_paths(parameter, paths, binding));
  for (const auto& clause : update.clauses) {
    if (clause.action != Action::kAdd && clause.action != Action::kDelete) continue;
    CUMULITE_TRY(check_add_or_delete(parameter, clause, binding));
  }
  for (const auto& clause : update.clauses) {
    if (clause.action != Action::kSet) continue;
    CUMULITE_TRY(check_set_value(parameter, clause.value, binding));
  }
  return {};
}

Result<BoundProjection> bind_projection(std::string_view text, Placeholders& placeholders) {
  constexpr std::string_view kParameter = "ProjectionExpression";
  BoundProjection out;
  CUMULITE_ASSIGN(out.parsed, parse_projection(text));
  out.binding = bind_vocabulary(out.parsed->vocabulary, placeholders);
  CUMULITE_TRY(check_defined(kParameter, out.parsed->vocabulary, out.binding));
  std::vector<const Path*> paths;
  for (const auto& path : out.parsed->paths) paths.push_back(&path);
  CUMULITE_TRY(check_paths(kParameter, paths, out.binding));
  return out;
}

}  // namespace cumulite::dynamodb::expression
