#include "emulator/services/dynamodb/partiql/translate.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/expression/evaluate.h"

namespace cumulite::dynamodb::partiql {
namespace {

Error unrecognized(const Node& call) {
  return errors::validation(
      fmt::format("Unrecognized function: {} at {}", call.text, call.position.text()));
}

bool same_path(const Node& a, const Node& b) {
  return std::equal(
      a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
      [](const Step& x, const Step& y) { return x.is_index == y.is_index && x.name == y.name; });
}

/// Translates the right sides of SET.
class Updates {
 public:
  Updates(TreeBuilder& builder, const Parameters& parameters)
      : builder_(builder), parameters_(parameters) {}

  Result<expression::UpdateClause> clause(const Assignment& assignment) {
    expression::UpdateClause out;
    CUMULITE_ASSIGN(out.path, builder_.path(assignment.target));
    if (assignment.remove) {
      out.action = expression::Action::kRemove;
      return out;
    }
    const Node& value = assignment.value;
    if (value.kind == Node::Kind::kCall &&
        (value.text == "set_add" || value.text == "set_delete")) {
      out.action = value.text == "set_add" ? expression::Action::kAdd : expression::Action::kDelete;
      CUMULITE_ASSIGN(out.value, members(assignment));
      return out;
    }
    CUMULITE_ASSIGN(out.value, operand(value));
    return out;
  }

 private:
  /// The set that set_add or set_delete is given.
  Result<expression::Operand> members(const Assignment& assignment) {
    const Node& call = assignment.value;
    const std::string name = call.text == "set_add" ? "SET_ADD" : "SET_DELETE";
    if (call.children.size() != 2) {
      return errors::validation(
          fmt::format("{} must have exactly two arguments at {}", name, call.position.text()));
    }
    const Node& first = call.children[0];
    if (first.kind != Node::Kind::kPath || !same_path(first, assignment.target)) {
      return errors::validation(
          fmt::format("The first argument to {} must equal the assignment value at {}", name,
                      call.position.text()));
    }
    std::optional<AttributeValue> set;
    if (is_constant(call.children[1])) {
      CUMULITE_ASSIGN(set, constant(call.children[1], parameters_));
    }
    if (!set || (set->type != Type::kSS && set->type != Type::kNS && set->type != Type::kBS)) {
      return errors::validation(
          fmt::format("The second argument to {} must be a value with type SET at {}", name,
                      first.position.text()));
    }
    return builder_.value(std::move(*set));
  }

  Result<expression::Operand> operand(const Node& node) {
    if (is_constant(node)) {
      CUMULITE_ASSIGN(AttributeValue value, constant(node, parameters_));
      return builder_.value(std::move(value));
    }
    expression::Operand out;
    if (node.kind == Node::Kind::kPath) {
      CUMULITE_ASSIGN(out.path, builder_.path(node));
      return out;
    }
    if (node.kind == Node::Kind::kArithmetic && (node.text == "+" || node.text == "-")) {
      out.kind =
          node.text == "+" ? expression::Operand::Kind::kPlus : expression::Operand::Kind::kMinus;
    } else if (node.kind == Node::Kind::kCall) {
      if (node.text != "list_append" && node.text != "if_not_exists") return unrecognized(node);
      out.kind = expression::Operand::Kind::kFunction;
      out.function = node.text;
    } else {
      return errors::validation(fmt::format("Unsupported data type: {} under key root at {}",
                                            "NAry", node.position.text()));
    }
    for (const auto& child : node.children) {
      CUMULITE_ASSIGN(expression::Operand argument, operand(child));
      out.args.push_back(std::move(argument));
    }
    return out;
  }

  TreeBuilder& builder_;
  const Parameters& parameters_;
};

/// "k[0]" of a.k[0]: the last name and what follows it.
std::string column_name(const Node& node) {
  std::string out;
  for (const auto& step : node.path) {
    if (!step.is_index) {
      out = step.name;
    } else {
      out += fmt::format("[{}]", step.name == "-0" ? "0" : step.name);
    }
  }
  return out;
}

}  // namespace

Result<expression::Path> TreeBuilder::path(const Node& node) {
  expression::Path out;
  for (const auto& step : node.path) {
    if (!step.is_index) {
      out.push_back({false, vocabulary_.name_slot(step.name)});
      continue;
    }
    std::int64_t index = 0;
    const auto [end, status] =
        std::from_chars(step.name.data(), step.name.data() + step.name.size(), index);
    if (status != std::errc{} || end != step.name.data() + step.name.size() || index < 0 ||
        index > INT32_MAX) {
      return errors::validation(
          fmt::format("List index is not within the allowable range; index: [{}] at {}", step.name,
                      step.position.text()));
    }
    out.push_back({true, static_cast<std::uint32_t>(index)});
  }
  return out;
}

expression::Operand TreeBuilder::value(AttributeValue given) {
  expression::Operand out;
  out.kind = expression::Operand::Kind::kValue;
  out.value = static_cast<std::uint32_t>(values_->size());
  values_->push_back(std::move(given));
  return out;
}

expression::Binding TreeBuilder::binding() const {
  expression::Binding out;
  for (const auto& name : vocabulary_.names) out.names.emplace_back(name);
  for (const auto& value : *values_) out.values.push_back(&value);
  return out;
}

Result<expression::BoundUpdate> bind_assignments(const std::vector<Assignment>& assignments,
                                                 const Parameters& parameters) {
  auto parsed = std::make_shared<expression::ParsedUpdate>();
  TreeBuilder builder(parsed->vocabulary);
  Updates updates(builder, parameters);
  for (const auto& assignment : assignments) {
    CUMULITE_ASSIGN(auto clause, updates.clause(assignment));
    parsed->clauses.push_back(std::move(clause));
  }
  expression::BoundUpdate out{parsed, builder.binding(), builder.owned(), false};
  CUMULITE_TRY(expression::check_update({}, *parsed, out.binding));
  return out;
}

std::vector<std::string_view> Columns::attributes() const {
  std::vector<std::string_view> out;
  for (const auto& column : columns) {
    const auto name = binding.name(column.path.front());
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

Item Columns::select(Item item) const {
  if (all) return item;
  Item out;
  for (const auto& column : columns) {
    if (const auto* found = expression::resolve(column.path, binding, item)) {
      set(out, column.name, *found);
    }
  }
  return out;
}

Result<std::shared_ptr<const Columns>> bind_columns(const std::vector<Node>& columns) {
  auto out = std::make_shared<Columns>();
  if (columns.size() == 1 && columns.front().kind == Node::Kind::kStar) {
    out->all = true;
    return std::shared_ptr<const Columns>(out);
  }
  TreeBuilder builder(out->vocabulary);
  for (const auto& node : columns) {
    if (node.kind == Node::Kind::kStar) {
      return errors::validation(
          "Other attributes should not be present in the projection when '*' is used.");
    }
    if (node.kind != Node::Kind::kPath) {
      return errors::validation(
          fmt::format("Unexpected path component at {}", node.position.text()));
    }
    CUMULITE_ASSIGN(auto path, builder.path(node));
    out->columns.push_back({column_name(node), std::move(path)});
  }
  out->binding = builder.binding();
  return std::shared_ptr<const Columns>(out);
}

}  // namespace cumulite::dynamodb::partiql
