#include "emulator/services/s3/select/parser.h"

#include <charconv>
#include <utility>

#include "emulator/services/s3/select/errors.h"
#include "emulator/services/s3/select/expression_parser.h"
#include "emulator/services/s3/select/token_stream.h"

namespace cumulite::s3::select {

namespace {

constexpr std::size_t kExpressionBytesMax = 256 * 1024;

class QueryParser {
 public:
  explicit QueryParser(TokenStream tokens)
      : tokens_(std::move(tokens)), expressions_(tokens_, query_.aggregates) {}

  Result<Query> run() {
    CUMULITE_TRY(tokens_.expect_keyword("SELECT"));
    CUMULITE_TRY(parse_columns());
    CUMULITE_TRY(tokens_.expect_keyword("FROM", "ParseSelectMissingFrom"));
    CUMULITE_TRY(parse_from());
    if (tokens_.take_keyword("WHERE")) {
      const std::size_t aggregates = query_.aggregates.size();
      CUMULITE_ASSIGN(query_.where, expressions_.parse());
      if (query_.aggregates.size() != aggregates) {
        return refusal("UnsupportedSqlStructure", "WHERE cannot contain an aggregate function.");
      }
    }
    if (tokens_.take_keyword("LIMIT")) CUMULITE_TRY(parse_limit());
    tokens_.take_symbol(";");
    if (tokens_.is_keyword("GROUP")) return tokens_.unexpected("ParseUnsupportedLiteralsGroupBy");
    if (tokens_.is_keyword("JOIN") || tokens_.is_symbol(",")) {
      return tokens_.unexpected("ParseMalformedJoin");
    }
    if (tokens_.is_keyword("ORDER")) return tokens_.unexpected("ParseUnsupportedSyntax");
    if (tokens_.peek().kind != Token::Kind::kEnd) {
      return tokens_.unexpected("ParseUnexpectedToken");
    }
    return finish();
  }

 private:
  Result<void> parse_columns() {
    if (tokens_.is_keyword("FROM")) {
      return refusal("ParseEmptySelect", "The SQL expression contains an empty SELECT clause.");
    }
    if (tokens_.take_symbol("*")) {
      if (tokens_.is_symbol(",")) return asterisk_not_alone();
      return {};
    }
    // `s.*` is all columns of the only table.
    if (tokens_.is_symbol(".", 1) && tokens_.is_symbol("*", 2)) {
      star_of_ = tokens_.take().text;
      tokens_.take();
      tokens_.take();
      if (tokens_.is_symbol(",")) return asterisk_not_alone();
      return {};
    }
    do {
      if (tokens_.is_symbol("*")) return asterisk_not_alone();
      CUMULITE_TRY(parse_column());
    } while (tokens_.take_symbol(","));
    return {};
  }

  static Error asterisk_not_alone() {
    return refusal("ParseAsteriskIsNotAloneInSelectList",
                   "Other expressions are not allowed in the SELECT list when * is used without "
                   "dot notation in the SQL expression.");
  }

  Result<void> parse_column() {
    Projection column;
    CUMULITE_ASSIGN(column.value, expressions_.parse());
    const bool as = tokens_.take_keyword("AS");
    const Token& next = tokens_.peek();
    if (next.kind == Token::Kind::kQuoted ||
        (next.kind == Token::Kind::kWord && !tokens_.is_keyword("FROM"))) {
      column.name = tokens_.take().text;
    } else if (as) {
      return tokens_.unexpected("ParseExpectedIdentForAlias");
    } else if (column.value->op == Operator::kColumn) {
      const Step& last = column.value->path.back();
      if (last.kind == Step::Kind::kName) column.name = last.name;
    }
    query_.columns.push_back(std::move(column));
    return {};
  }

  Result<void> parse_from() {
    CUMULITE_ASSIGN(Path path, expressions_.parse_path(true));
    if (!equals_ignoring_case(path.front().name, "S3Object")) {
      return refusal("InvalidDataSource", "The table of the SQL expression must be S3Object.");
    }
    path.erase(path.begin());
    if (!path.empty()) {
      if (path.front().kind != Step::Kind::kWildcard) {
        return refusal("InvalidKeyPath", "A path in FROM must begin with S3Object[*].");
      }
      path.erase(path.begin());
    }
    query_.from = std::move(path);
    const bool as = tokens_.take_keyword("AS");
    const Token& next = tokens_.peek();
    const bool names = next.kind == Token::Kind::kQuoted ||
                       (next.kind == Token::Kind::kWord && !tokens_.is_keyword("WHERE") &&
                        !tokens_.is_keyword("LIMIT") && !tokens_.is_keyword("GROUP") &&
                        !tokens_.is_keyword("ORDER") && !tokens_.is_keyword("JOIN"));
    if (names) {
      query_.alias = tokens_.take().text;
    } else if (as) {
      return tokens_.unexpected("ParseExpectedIdentForAlias");
    } else if (!query_.from.empty() && query_.from.back().kind == Step::Kind::kName) {
      query_.alias = query_.from.back().name;
    }
    return {};
  }

  Result<void> parse_limit() {
    if (tokens_.is_symbol("-")) {
      return refusal("EvaluatorNegativeLimit", "LIMIT must not be negative.");
    }
    const Token token = tokens_.take();
    const char* end = token.text.data() + token.text.size();
    std::int64_t limit = 0;
    if (token.kind != Token::Kind::kNumber ||
        std::from_chars(token.text.data(), end, limit).ptr != end) {
      return refusal("ParseExpectedNumber",
                     "The expected number in the SQL expression was not found.");
    }
    query_.limit = limit;
    return {};
  }

  bool names_table(const std::string& name) const {
    return equals_ignoring_case(name, query_.alias.empty() ? "S3Object" : query_.alias) ||
           equals_ignoring_case(name, "S3Object");
  }

  /// Drops the table's name from the front of the columns' paths.
  void unqualify(Expression& expression) {
    Path& path = expression.path;
    if (expression.op == Operator::kColumn && names_table(path.front().name)) {
      path.erase(path.begin());
    }
    for (const auto& operand : expression.operands) unqualify(*operand);
  }

  Result<Query> finish() {
    if (!star_of_.empty() && !names_table(star_of_)) {
      return refusal("InvalidTableAlias",
                     "The SQL expression contains a table alias that is not valid.");
    }
    bool plain = false;
    for (const auto& column : query_.columns) {
      plain = plain || mixes(*column.value);
      unqualify(*column.value);
    }
    if (!query_.aggregates.empty() && (plain || query_.columns.empty())) {
      return refusal("UnsupportedSqlStructure",
                     "Columns and aggregate functions cannot be selected together.");
    }
    for (const auto& aggregate : query_.aggregates) {
      if (aggregate.operand) unqualify(*aggregate.operand);
    }
    if (query_.where) unqualify(*query_.where);
    return std::move(query_);
  }

  /// Whether a column stands outside of the aggregates.
  static bool mixes(const Expression& expression) {
    if (expression.op == Operator::kColumn) return true;
    for (const auto& operand : expression.operands) {
      if (mixes(*operand)) return true;
    }
    return false;
  }

  TokenStream tokens_;
  Query query_;
  ExpressionParser expressions_;
  std::string star_of_;
};

}  // namespace

Result<Query> parse_query(std::string_view sql) {
  if (sql.size() > kExpressionBytesMax) {
    return refusal("ExpressionTooLong",
                   "The SQL expression is too long. The maximum byte-length for an SQL expression "
                   "is 256 KB.");
  }
  CUMULITE_ASSIGN(auto tokens, tokenize(sql));
  return QueryParser(TokenStream(std::move(tokens))).run();
}

}  // namespace cumulite::s3::select
