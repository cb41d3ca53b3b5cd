#include <algorithm>

#include "emulator/services/dynamodb/partiql/partiql_operations.h"
#include "emulator/services/dynamodb/partiql/select.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "protocol/codec/json_reader.h"

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

/// The Item member of a failed condition, read back from the error's JSON.
std::optional<Item> item_of(const Error& error) {
  for (const auto& field : error.fields) {
    if (field.name != "Item") continue;
    const std::string document = "{\"Item\":" + field.value + "}";
    api::ItemResponse response;
    for (const auto& member : api::op::ExecuteTransaction::info().output->members) {
      if (member.name != "Responses") continue;
      if (codec::read_json(document, *member.shape->element, {}, &response).ok()) {
        return response.Item;
      }
    }
  }
  return std::nullopt;
}

api::BatchStatementError statement_error(const Error& error) {
  api::BatchStatementError out;
  out.Code = error_code(error);
  out.Message = error.message;
  out.Item = item_of(error);
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
    out_.Responses.emplace();
    for (std::size_t i = 0; i < bound_.size(); ++i) respond(i);
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
        "BatchExecuteStatement API does not support both read and write operations in the same "
        "request.");
  }

  void respond(std::size_t i) {
    auto& response = out_.Responses->emplace_back();
    const auto& bound = bound_[i];
    if (!bound.ok()) {
      response.Error = statement_error(bound.error());
      return;
    }
    response.TableName = bound->table();
    auto executed = execute((*in_.Statements)[i], *bound);
    if (!executed.ok()) {
      response.Error = statement_error(executed.error());
      return;
    }
    response.Item = std::move(executed->item);
    if (executed->capacity) add(std::move(*executed->capacity));
  }

  Result<Executed> execute(const api::BatchStatementRequest& request, const BoundStatement& bound) {
    if (bound.statement.kind == Statement::Kind::kExists) {
      return errors::validation("EXISTS can only be used in ExecuteTransaction write requests.");
    }
    CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx_, bound.table()));
    return bound.reads() ? read(request, bound, *ref.table) : write(request, bound, *ref.table);
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

  Result<Executed> write(const api::BatchStatementRequest& request, const BoundStatement& bound,
                         const Table& table) {
    CUMULITE_ASSIGN(WritePlan plan, partiql::plan_write(table, bound));
    plan.item_on_failure = request.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
    CUMULITE_ASSIGN(const auto outcome, run_plan(ctx_, bound.table(), plan, true));
    Executed out;
    out.item = partiql::returned_item(bound, plan, outcome.change);
    out.capacity = write_capacity(in_.ReturnConsumedCapacity, *outcome.table, outcome.units);
    return out;
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
  api::BatchExecuteStatementOutput out_;
};

}  // namespace

Result<api::BatchExecuteStatementOutput> batch_execute_statement(
    Context& ctx, const api::BatchExecuteStatementInput& in) {
  return Batch(ctx, in).run();
}

}  // namespace cumulite::dynamodb
