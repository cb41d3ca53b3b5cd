#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/partiql/parser_base.h"

namespace cumulite::dynamodb::partiql {
namespace {

constexpr std::size_t kSourceNamesMax = 2;

Error aliasing() {
  return errors::validation("Aliasing is not supported");
}

class StatementParser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Result<Statement> run() {
    CUMULITE_ASSIGN(Statement out, statement());
    take_symbol(";");
    if (!at_end()) return malformed("Unexpected token after expression");
    out.parameters = parameters();
    if (out.inner) out.inner->parameters = out.parameters;
    return out;
  }

 private:
  Result<Statement> statement() {
    if (peek().is_keyword("select")) return select();
    if (peek().is_keyword("insert")) return insert();
    if (peek().is_keyword("update")) return update();
    if (peek().is_keyword("delete")) return remove();
    if (peek().is_keyword("from")) return from_first();
    if (peek().is_keyword("exists") && peek(1).is_symbol("(") && peek(2).is_keyword("select")) {
      return exists();
    }
    Statement out;
    out.kind = Statement::Kind::kExpression;
    CUMULITE_ASSIGN(out.item, expression());
    return out;
  }

  Result<Node> nested_statement() override {
    const Position position = peek().position;
    CUMULITE_ASSIGN(Statement inner, peek().is_keyword("select") ? select() : from_first());
    Node out = make_node(Node::Kind::kSelect, "", position, {});
    out.statement = std::make_shared<Statement>(std::move(inner));
    return out;
  }

  Result<Statement> exists() {
    take();
    take();
    Statement out;
    out.kind = Statement::Kind::kExists;
    CUMULITE_ASSIGN(Statement inner, select());
    if (!take_symbol(")")) return malformed("Expected RIGHT_PAREN");
    out.source = inner.source;
    out.inner = std::make_shared<Statement>(std::move(inner));
    return out;
  }

  Result<Statement> select() {
    take();
    Statement out;
    out.kind = Statement::Kind::kSelect;
    do {
      CUMULITE_ASSIGN(Node column, expression());
      if (peek().is_keyword("as") || peek().kind == Token::Kind::kIdentifier) return aliasing();
      out.columns.push_back(std::move(column));
    } while (take_symbol(","));
    if (!take_keyword("from")) return malformed("Expected FROM");
    CUMULITE_ASSIGN(Node from, expression());
    CUMULITE_TRY(read_source(from, out));
    CUMULITE_TRY(refuse_alias());
    CUMULITE_TRY(read_where(out));
    CUMULITE_TRY(read_order(out));
    return out;
  }

  Result<Statement> insert() {
    take();
    if (!take_keyword("into")) return malformed("Unexpected keyword");
    Statement out;
    out.kind = Statement::Kind::kInsert;
    CUMULITE_ASSIGN(const Node target, simple_path());
    if (!take_keyword("value")) return malformed("Unexpected token after expression");
    CUMULITE_ASSIGN(out.item, expression());
    CUMULITE_TRY(read_source(target, out));
    if (out.source.size() > 1) {
      return errors::validation("FROM clause may only contain a single table name");
    }
    CUMULITE_TRY(read_returning(out));
    return out;
  }

  /// UPDATE "table" SET ... WHERE ...
  Result<Statement> update() {
    CUMULITE_ASSIGN(Statement out, statement_on_table(Statement::Kind::kUpdate));
    CUMULITE_TRY(read_assignments(out));
    CUMULITE_TRY(read_where(out));
    CUMULITE_TRY(read_returning(out));
    return out;
  }

  /// FROM "table" WHERE ... SET ...: an UPDATE with its clauses in another order.
  Result<Statement> from_first() {
    CUMULITE_ASSIGN(Statement out, statement_on_table(Statement::Kind::kUpdate));
    CUMULITE_TRY(read_where(out));
    CUMULITE_TRY(read_assignments(out));
    CUMULITE_TRY(read_returning(out));
    return out;
  }

  /// DELETE FROM "table" WHERE ...
  Result<Statement> remove() {
    take();
    if (!peek().is_keyword("from")) return malformed("Unexpected keyword");
    CUMULITE_ASSIGN(Statement out, statement_on_table(Statement::Kind::kDelete));
    CUMULITE_TRY(read_where(out));
    CUMULITE_TRY(read_returning(out));
    return out;
  }

  /// Takes the keyword before the table, and the table.
  Result<Statement> statement_on_table(Statement::Kind kind) {
    take();
    Statement out;
    out.kind = kind;
    CUMULITE_ASSIGN(const Node target, simple_path());
    CUMULITE_TRY(read_source(target, out));
    CUMULITE_TRY(refuse_alias());
    return out;
  }

  Result<Node> simple_path() {
    const auto first = take_name();
    if (!first) return malformed("Expected identifier for simple path");
    return path_from(*first);
  }

  Result<void> read_source(const Node& from, Statement& out) {
    if (from.kind != Node::Kind::kPath) {
      return errors::validation("FROM clause may only contain a single table name");
    }
    for (const auto& step : from.path) {
      if (step.name.empty()) {
        return errors::validation("Path component cannot be an empty string");
      }
      out.source.push_back(step.name);
    }
    if (out.source.size() > kSourceNamesMax) {
      return errors::validation("A path may contain at most 2 components in the FROM clause");
    }
    return {};
  }

  Result<void> refuse_alias() {
    if (peek().is_keyword("as") || peek().kind == Token::Kind::kIdentifier ||
        peek().kind == Token::Kind::kQuoted) {
      return aliasing();
    }
    return {};
  }

  Result<void> read_where(Statement& out) {
    if (!take_keyword("where")) return {};
    CUMULITE_ASSIGN(out.where, expression());
    return {};
  }

  Result<void> read_order(Statement& out) {
    if (!take_keyword("order")) return {};
    if (!take_keyword("by")) return malformed("Expected BY");
    do {
      OrderTerm term;
      CUMULITE_ASSIGN(term.expression, expression());
      term.descending = take_keyword("desc");
      if (!term.descending) take_keyword("asc");
      out.order.push_back(std::move(term));
    } while (take_symbol(","));
    return {};
  }

  Result<void> read_assignments(Statement& out) {
    while (peek().is_keyword("set") || peek().is_keyword("remove")) {
      const bool removes = take().text == "remove";
      do {
        Assignment assignment;
        assignment.remove = removes;
        CUMULITE_ASSIGN(assignment.target, simple_path());
        if (!removes) {
          if (!take_operator("=")) return malformed("Expected '=' for SET");
          CUMULITE_ASSIGN(assignment.value, expression());
        }
        out.assignments.push_back(std::move(assignment));
      } while (take_symbol(","));
    }
    if (out.assignments.empty()) return malformed("Expected data manipulation");
    return {};
  }

  bool take_word(std::string_view word) {
    const Token& token = peek();
    if (token.kind != Token::Kind::kIdentifier && token.kind != Token::Kind::kKeyword) return false;
    std::string text = token.text;
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (text != word) return false;
    take();
    return true;
  }

  Result<void> read_returning(Statement& out) {
    if (!take_word("returning")) return {};
    Returning returning;
    returning.all = take_word("all");
    if (!returning.all && !take_word("modified")) {
      return malformed("Expected ALL or MODIFIED in a returning clause.");
    }
    returning.after = take_word("new");
    if (!returning.after && !take_word("old")) {
      return malformed("Expected OLD or NEW in a returning clause.");
    }
    if (!take_operator("*")) return malformed("Expected '*' in a returning clause.");
    out.returning = returning;
    return {};
  }
};

}  // namespace

std::string Returning::text() const {
  return fmt::format("RETURNING {} {} *", all ? "ALL" : "MODIFIED", after ? "NEW" : "OLD");
}

Result<Statement> parse(std::string_view text) {
  CUMULITE_ASSIGN(auto tokens, tokenize(text));
  return StatementParser(std::move(tokens)).run();
}

}  // namespace cumulite::dynamodb::partiql
