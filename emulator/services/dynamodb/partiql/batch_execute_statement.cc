#include <algorithm>
#include <map>
#include <set>

#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/partiql/partiql_operations.h"
#include "emulator/services/dynamodb/partiql/select.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {
namespace {

using partiql::BoundStatement;
using partiql::Statement;

/// "ValidationException" is "ValidationError" here, the others lose their end.
std::string error_code(const Error& error) {
  if (error.code == "ValidationException") return "ValidationError";
  if (error.code == "InternalServerError" || error.code == "InternalFailure") {
    return "InternalServerError";
  }
  constexpr std::string_view kSuffix = "Exception";
  std::string_view code = error.code;
  if (code.ends_with(kSuffix)) code.remove_suffix(kSuffix.size());
  return std::string(code);
}

api::BatchStatementError statement_error(const Error& error) {
  api::BatchStatementError out;
  out.Code = error_code(error);
  out.Message = error.message;
  return out;
}

/// What one statement of the batch did.
struct Executed {
  std::optional<Item> item = {};
  std::optional<api::ConsumedCapacity> capacity = {};

  bool ok() const { return true; }
};

class Batch {
 public:
  Batch(Context& ctx, const api::BatchExecuteStatementInput& in) : ctx_(ctx), in_(in) {}

  Result<api::BatchExecuteStatementOutput> run() {
    for (const auto& request : *in_.Statements) {
      bound_.push_back(partiql::bind_statement(request.Statement, request.Parameters));
    }
    CUMULITE_TRY(check_kinds());
    CUMULITE_TRY(check_items());
    out_.Responses.emplace();
    for (std::size_t i = 0; i < bound_.size(); ++i) respond(i);
    add_failed();
    return std::move(out_);
  }

 private:
  Result<void> check_kinds() const {
    bool reads = false;
    bool writes = false;
    for (const auto& bound : bound_) {
      if (!bound.ok()) continue;
      (bound->reads() ? reads : writes) = true;
    }
    if (!reads || !writes) return {};
    return errors::validation(
        "Read and write requests together in the same batch is not supported.");
  }

  /// No two statements may be about one item, not even reads. Those that are wrong in themselves
  /// have no item.
  Result<void> check_items() const {
    std::set<std::string> rows;
    for (const auto& bound : bound_) {
      if (!bound.ok()) continue;
      const auto row = row_of(*bound);
      if (row && !rows.insert(*row).second) {
        return errors::validation("Provided list of item keys contains duplicates");
      }
    }
    return {};
  }

  std::optional<std::string> row_of(const BoundStatement& bound) const {
    const auto ref = find_data_table(ctx_, bound.table());
    if (!ref.ok()) return std::nullopt;
    const Table& table = *ref->table;
    std::optional<Item> key;
    if (bound.reads()) {
      auto selected = partiql::select_key(table, bound);
      if (selected.ok()) key = std::move(*selected);
    } else if (bound.statement.kind != Statement::Kind::kExists) {
      auto plan = partiql::plan_write(table, bound);
      if (plan.ok()) key = key_of(table, plan->item);
    }
    if (!key || !check_key(table, *key).ok()) return std::nullopt;
    return keys::item_row(table, *key);
  }

  void respond(std::size_t i) {
    auto& response = out_.Responses->emplace_back();
    const auto& bound = bound_[i];
    if (!bound.ok()) {
      response.Error = statement_error(bound.error());
      return;
    }
    auto executed = execute((*in_.Statements)[i], *bound);
    if (!executed.ok()) {
      response.Error = statement_error(executed.error());
      // What was refused before it ran does not name its table.
      if (response.Error->Code == "ValidationError") return;
      response.TableName = bound->table();
      if (!bound->reads()) charge_failed(*bound);
      return;
    }
    response.TableName = bound->table();
    response.Item = std::move(executed->item);
    if (executed->capacity) add(std::move(*executed->capacity));
  }

  Result<Executed> execute(const api::BatchStatementRequest& request, const BoundStatement& bound) {
    if (bound.statement.kind == Statement::Kind::kExists) {
      return errors::validation("EXISTS can only be used in ExecuteTransaction write requests.");
    }
    CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx_, bound.table()));
    return bound.reads() ? read(request, bound, *ref.table) : write(bound, *ref.table);
  }

  Result<Executed> read(const api::BatchStatementRequest& request, const BoundStatement& bound,
                        const Table& table) {
    CUMULITE_ASSIGN(const Index* index, partiql::find_source(table, bound));
    std::optional<Item> key;
    if (index == nullptr) {
      CUMULITE_ASSIGN(key, partiql::select_key(table, bound));
    }
    if (!key) {
      return errors::validation(
          "Select statements within BatchExecuteStatement must specify the primary key in the "
          "where clause.");
    }
    CUMULITE_ASSIGN(const auto columns, partiql::bind_columns(bound.statement.columns));
    api::GetItemInput get;
    get.TableName = bound.table();
    get.Key = std::move(*key);
    get.ConsistentRead = request.ConsistentRead;
    get.ReturnConsumedCapacity = in_.ReturnConsumedCapacity;
    CUMULITE_ASSIGN(auto found, get_item(ctx_, get));
    Executed out;
    if (found.Item) out.item = columns->select(std::move(*found.Item));
    out.capacity = std::move(found.ConsumedCapacity);
    return out;
  }

  /// The service takes ReturnValuesOnConditionCheckFailure of a statement and never heeds it.
  Result<Executed> write(const BoundStatement& bound, const Table& table) {
    CUMULITE_ASSIGN(const WritePlan plan, partiql::plan_write(table, bound));
    CUMULITE_ASSIGN(const auto outcome, run_plan(ctx_, bound.table(), plan, true));
    Executed out;
    out.item = partiql::returned_item(bound, plan, outcome.change);
    out.capacity = write_capacity(in_.ReturnConsumedCapacity, *outcome.table, outcome.units);
    return out;
  }

  /// A write whose condition failed costs what it would have cost the table.
  void charge_failed(const BoundStatement& bound) {
    const auto row = row_of(bound);
    if (!row) return;
    const auto stored = ctx_.env.store.get(spaces::kDynamoDbItems, *row);
    std::size_t bytes = stored ? encoded_size_bytes(*stored) : 0;
    if (bound.statement.kind == Statement::Kind::kInsert) {
      const auto ref = find_data_table(ctx_, bound.table());
      const auto plan = partiql::plan_write(*ref->table, bound);
      bytes = std::max(bytes, size_bytes(plan->item));
    }
    failed_units_[bound.table()] += write_units(bytes);
  }

  /// Into the totals only, and only of tables of which a statement succeeded.
  void add_failed() {
    if (!out_.ConsumedCapacity) return;
    for (auto& total : *out_.ConsumedCapacity) {
      const auto failed = failed_units_.find(*total.TableName);
      if (failed != failed_units_.end()) *total.CapacityUnits += failed->second;
    }
  }

  void add(api::ConsumedCapacity used) {
    if (!out_.ConsumedCapacity) out_.ConsumedCapacity.emplace();
    auto& all = *out_.ConsumedCapacity;
    const auto same = std::find_if(all.begin(), all.end(), [&](const auto& total) {
      return total.TableName == used.TableName;
    });
    if (same == all.end()) {
      all.push_back(std::move(used));
    } else {
      add_capacity(*same, used);
    }
  }

  Context& ctx_;
  const api::BatchExecuteStatementInput& in_;
  std::vector<Result<BoundStatement>> bound_;
  std::map<std::string, double, std::less<>> failed_units_;  ///< By table.
  api::BatchExecuteStatementOutput out_;
};

}  // namespace

Result<api::BatchExecuteStatementOutput> batch_execute_statement(
    Context& ctx, const api::BatchExecuteStatementInput& in) {
  return Batch(ctx, in).run();
}

}  // namespace cumulite::dynamodb
