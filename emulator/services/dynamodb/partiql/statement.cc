#include "emulator/services/dynamodb/partiql/statement.h"

#include <fmt/format.h>

#include "emulator/services/dynamodb/item/key_check.h"

namespace cumulite::dynamodb::partiql {
namespace {

std::string_view operation_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kIs:
      return "IsType";
    case Node::Kind::kPath:
      return "VariableReference";
    case Node::Kind::kCall:
      return "Call";
    default:
      return "NAry";
  }
}

Error not_one_item() {
  return errors::validation(
      "Where clause does not contain a mandatory equality on all key attributes");
}

/// Key and condition of a write that names its item in the WHERE clause.
Result<void> plan_keyed(const Table& table, const BoundStatement& bound, WritePlan& plan) {
  auto split = split_key(table.key, bound.where ? &*bound.where : nullptr, false);
  if (!split.complete) return not_one_item();
  if (split.conflict) {
    return errors::validation(
        fmt::format("Multiple conditions on same key {}. Only single item Update/Insert/Delete are "
                    "supported",
                    *split.conflict));
  }
  plan.item = std::move(split.key);
  plan.condition = std::move(split.rest);
  return {};
}

Result<void> check_returning(const BoundStatement& bound) {
  const auto& statement = bound.statement;
  if (!statement.returning) return {};
  if (statement.kind == Statement::Kind::kDelete &&
      (!statement.returning->all || statement.returning->after)) {
    return errors::validation(
        fmt::format("Invalid returning clause: {}. Only RETURNING ALL OLD * is allowed in DELETE "
                    "statements.",
                    statement.returning->text()));
  }
  return {};
}

}  // namespace

Result<BoundStatement> bind_statement(const std::string& text, Parameters parameters) {
  BoundStatement out;
  CUMULITE_ASSIGN(out.statement, parse(text));
  out.parameters = std::move(parameters);
  if (out.statement.parameters != out.parameters.size()) {
    return errors::validation("Number of parameters in request and statement don't match.");
  }
  if (out.statement.kind == Statement::Kind::kExpression) {
    return errors::validation(
        fmt::format("Unsupported operation: {}", operation_name(*out.statement.item)));
  }
  const auto& source = out.source();
  if (source.where) {
    CUMULITE_ASSIGN(out.where, bind_where(*source.where, out.parameters));
  }
  if (out.statement.kind == Statement::Kind::kInsert) {
    CUMULITE_ASSIGN(out.item, constant_item(*out.statement.item, out.parameters));
  }
  if (out.statement.kind == Statement::Kind::kUpdate) {
    CUMULITE_ASSIGN(out.update, bind_assignments(out.statement.assignments, out.parameters));
  }
  return out;
}

Result<BoundStatement> bind_statement(
    const std::optional<std::string>& text,
    const std::optional<std::vector<AttributeValue>>& parameters) {
  CUMULITE_ASSIGN(auto values, read_parameters(parameters));
  return bind_statement(text.value_or(""), std::move(values));
}

Result<const Index*> find_source(const Table& table, const BoundStatement& bound) {
  const auto& source = bound.source().source;
  if (source.size() < 2) return static_cast<const Index*>(nullptr);
  const Index* index = table.find_index(source[1]);
  if (index == nullptr || index->being_deleted()) {
    return errors::validation("The table does not have the specified index");
  }
  if (index->being_filled()) return errors::index_being_filled(index->name);
  if (index->key.hash_count > 1 || index->key.range_count() > 1) {
    return errors::validation(
        "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
        "multi-attribute RANGE keys.");
  }
  return index;
}

Result<WritePlan> plan_write(const Table& table, const BoundStatement& bound) {
  WritePlan plan;
  if (bound.on_index()) {
    return errors::validation("This operation is not supported on an index");
  }
  CUMULITE_TRY(check_returning(bound));
  switch (bound.statement.kind) {
    case Statement::Kind::kInsert:
      plan.kind = WritePlan::Kind::kPut;
      plan.existence = WritePlan::Existence::kNew;
      plan.item = *bound.item;
      CUMULITE_TRY(check_attribute_names(plan.item));
      if (size_bytes(plan.item) > kItemBytesMax) return errors::item_too_large();
      return plan;
    case Statement::Kind::kUpdate:
      plan.kind = WritePlan::Kind::kUpdate;
      plan.existence = WritePlan::Existence::kThere;
      plan.update = bound.update;
      break;
    default:
      plan.kind = WritePlan::Kind::kDelete;
      break;
  }
  CUMULITE_TRY(plan_keyed(table, bound, plan));
  return plan;
}

std::optional<Item> returned_item(const BoundStatement& bound, const WritePlan& plan,
                                  const Change& change) {
  const auto& returning = bound.statement.returning;
  if (!returning) return std::nullopt;
  const auto& item = returning->after ? change.after : change.before;
  if (!item) return std::nullopt;
  if (returning->all || !plan.update) return item;
  Item parts = updated_parts(*plan.update, *item);
  if (parts.empty()) return std::nullopt;
  return parts;
}

}  // namespace cumulite::dynamodb::partiql
