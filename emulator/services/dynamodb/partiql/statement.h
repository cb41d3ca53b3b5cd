#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/partiql/access_path.h"
#include "emulator/services/dynamodb/partiql/translate.h"
#include "emulator/services/dynamodb/request/write_plan.h"

namespace cumulite::dynamodb::partiql {

/// A statement with its values, bound as far as it can be without its table.
struct BoundStatement {
  Statement statement = {};
  Parameters parameters = {};
  std::optional<expression::BoundCondition> where = {};
  std::optional<expression::BoundUpdate> update = {};
  std::optional<Item> item = {};  ///< Of an INSERT.

  const std::string& table() const { return statement.source.front(); }

  bool reads() const { return statement.kind == Statement::Kind::kSelect; }

  bool on_index() const { return statement.source.size() > 1; }

  /// The SELECT inside EXISTS, else the statement.
  const Statement& source() const { return statement.inner ? *statement.inner : statement; }
};

/// Parses and binds. `parameters` come from read_parameters. Errors: what the parser and the
/// values refuse, "Number of parameters in request and statement don't match."
Result<BoundStatement> bind_statement(const std::string& text, Parameters parameters);

/// The same from a request's members; parameters are checked before the text is read.
Result<BoundStatement> bind_statement(const std::optional<std::string>& text,
                                      const std::optional<std::vector<AttributeValue>>& parameters);

/// The index that a SELECT names, or null. Errors: unknown indexes, keys of several attributes.
Result<const Index*> find_source(const Table& table, const BoundStatement& bound);

/// The write of an INSERT, UPDATE or DELETE. Errors: clauses that such a statement may not have,
/// a WHERE clause that does not name one item.
Result<WritePlan> plan_write(const Table& table, const BoundStatement& bound);

/// What RETURNING asks of a write; nullopt without the clause, or if there is nothing.
std::optional<Item> returned_item(const BoundStatement& bound, const WritePlan& plan,
                                  const Change& change);

}  // namespace cumulite::dynamodb::partiql
