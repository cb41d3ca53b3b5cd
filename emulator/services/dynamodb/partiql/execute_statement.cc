#include "emulator/services/dynamodb/partiql/partiql_operations.h"
#include "emulator/services/dynamodb/partiql/select.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {
namespace {

Result<api::ExecuteStatementOutput> run_write(Context& ctx, const api::ExecuteStatementInput& in,
                                              const partiql::BoundStatement& bound) {
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, bound.table()));
  CUMULITE_ASSIGN(WritePlan plan, partiql::plan_write(*ref.table, bound));
  plan.item_on_failure = in.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
  CUMULITE_ASSIGN(const auto outcome, run_plan(ctx, bound.table(), plan, true));
  api::ExecuteStatementOutput out;
  out.Items.emplace();
  if (auto item = partiql::returned_item(bound, plan, outcome.change)) {
    out.Items->push_back(std::move(*item));
  }
  out.ConsumedCapacity = write_capacity(in.ReturnConsumedCapacity, *outcome.table, outcome.units);
  return out;
}

}  // namespace

Result<api::ExecuteStatementOutput> execute_statement(Context& ctx,
                                                      const api::ExecuteStatementInput& in) {
  CUMULITE_ASSIGN(const auto bound, partiql::bind_statement(in.Statement, in.Parameters));
  if (bound.statement.kind == partiql::Statement::Kind::kExists) {
    return errors::validation("EXISTS can only be used in ExecuteTransaction write requests.");
  }
  return bound.reads() ? partiql::run_select(ctx, in, bound) : run_write(ctx, in, bound);
}

}  // namespace cumulite::dynamodb
