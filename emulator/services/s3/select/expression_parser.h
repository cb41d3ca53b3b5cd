#pragma once

#include <string>
#include <vector>

#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/token_stream.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// Recursive descent over expressions, loosest operator first: OR, AND, NOT, comparisons and
/// predicates, + - ||, * / %, unary, primary.
class ExpressionParser {
 public:
  /// `aggregates` collects those that the expressions contain.
  ExpressionParser(TokenStream& tokens, std::vector<Aggregate>& aggregates)
      : tokens_(tokens), aggregates_(aggregates) {}

  Result<ExpressionPtr> parse();
  /// `name.name[0]."quoted"`; wildcards only where `wildcards` are allowed.
  Result<Path> parse_path(bool wildcards);
  /// Steps behind a name: `.name`, `[0]`, `['name']`.
  Result<void> parse_steps(Path& path, bool wildcards);

 private:
  Result<ExpressionPtr> parse_and();
  Result<ExpressionPtr> parse_not();
  Result<ExpressionPtr> parse_predicate();
  Result<ExpressionPtr> parse_negatable(ExpressionPtr left, bool negated);
  Result<ExpressionPtr> parse_like(ExpressionPtr left);
  Result<ExpressionPtr> parse_in(ExpressionPtr left);
  Result<ExpressionPtr> parse_between(ExpressionPtr left);
  Result<ExpressionPtr> parse_is(ExpressionPtr left);
  Result<ExpressionPtr> parse_sum();
  Result<ExpressionPtr> parse_product();
  Result<ExpressionPtr> parse_unary();
  Result<ExpressionPtr> parse_primary();
  Result<ExpressionPtr> parse_word();
  Result<ExpressionPtr> parse_call();
  Result<ExpressionPtr> parse_aggregate(AggregateKind kind);
  Result<ExpressionPtr> parse_cast();
  Result<ExpressionPtr> parse_case();
  Result<ExpressionPtr> parse_date_function(Function function);
  Result<ExpressionPtr> parse_extract();
  Result<ExpressionPtr> parse_substring();
  Result<ExpressionPtr> parse_trim();
  Result<void> parse_arguments(Expression& call);

  TokenStream& tokens_;
  std::vector<Aggregate>& aggregates_;
  int depth_ = 0;
  bool in_aggregate_ = false;
};

}  // namespace cumulite::s3::select
