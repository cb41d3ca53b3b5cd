#include <fmt/format.h>

#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/partiql/partiql_operations.h"
#include "emulator/services/dynamodb/partiql/select.h"
#include "emulator/services/dynamodb/transaction/cancellation.h"
#include "emulator/services/dynamodb/transaction/idempotency.h"
#include "emulator/services/dynamodb/transaction/transaction_capacity.h"
#include "emulator/services/dynamodb/transaction/transaction_operations.h"
#include "emulator/services/dynamodb/transaction/write_set.h"

namespace cumulite::dynamodb {
namespace {

using partiql::BoundStatement;
using partiql::Statement;

Error in_statement(std::size_t i, Error error) {
  error.message = fmt::format("Validation failed in TransactStatements[{}]: {}", i, error.message);
  return error;
}

Error refused(std::size_t i, std::string_view message) {
  return in_statement(i, errors::validation(std::string(message)));
}

/// A transaction's statements: all of them read, or all of them write.
class Transaction {
 public:
  Transaction(Context& ctx, const api::ExecuteTransactionInput& in) : ctx_(ctx), in_(in) {}

  Result<api::ExecuteTransactionOutput> run() {
    CUMULITE_TRY(bind());
    reasons_.resize(bound_.size());
    for (std::size_t i = 0; i < bound_.size(); ++i) CUMULITE_TRY(resolve(i));
    CUMULITE_TRY(check_reasons());
    return bound_.front().reads() ? read() : write();
  }

 private:
  Result<void> bind() {
    std::vector<partiql::Parameters> parameters;
    for (const auto& request : *in_.TransactStatements) {
      CUMULITE_ASSIGN(auto values, partiql::read_parameters(request.Parameters));
      parameters.push_back(std::move(values));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      auto bound = partiql::bind_statement((*in_.TransactStatements)[i].Statement.value_or(""),
                                           std::move(parameters[i]));
      if (!bound.ok()) return in_statement(i, std::move(bound).error());
      bound_.push_back(std::move(*bound));
      if (bound_.back().reads() != bound_.front().reads()) {
        return errors::validation(
            "ExecuteTransaction API does not support both read and write operations in the same "
            "request.");
      }
    }
    return {};
  }

  /// Finds the statement's table. A missing one cancels the transaction, but only after all that
  /// is wrong with statements whose tables are there.
  Result<void> resolve(std::size_t i) {
    auto ref = find_data_table(ctx_, bound_[i].table());
    tables_.push_back(ref.ok() ? ref->table : nullptr);
    if (!ref.ok()) {
      reasons_[i] = reason_of(ref.error());
      return {};
    }
    CUMULITE_TRY(check_not_strong(*tables_.back(), "Transactions are"));
    if (bound_[i].reads()) return resolve_read(i);
    if (bound_[i].statement.returning) {
      return refused(i, "RETURNING clause is not supported in ExecuteTransaction.");
    }
    if (bound_[i].on_index() || bound_[i].source().source.size() > 1) {
      return refused(i, "Operations on indices are not supported in transactions");
    }
    return {};
  }

  Result<void> resolve_read(std::size_t i) {
    if (bound_[i].on_index()) {
      return refused(i, "Reads on indices are not supported within transactions.");
    }
    auto key = partiql::select_key(*tables_[i], bound_[i]);
    if (!key.ok()) return in_statement(i, std::move(key).error());
    if (!*key) {
      return refused(i,
                     "Select statements within ExecuteTransaction must specify the primary key in "
                     "the where clause.");
    }
    auto columns = partiql::bind_columns(bound_[i].statement.columns);
    if (!columns.ok()) return in_statement(i, std::move(columns).error());
    keys_.push_back(std::move(**key));
    columns_.push_back(*columns);
    return {};
  }

  Result<void> check_reasons() const {
    for (const auto& reason : reasons_) {
      if (reason.code != "None") return transaction_canceled(reasons_);
    }
    return {};
  }

  Result<api::ExecuteTransactionOutput> read() {
    api::TransactGetItemsInput gets;
    gets.TransactItems.emplace();
    gets.ReturnConsumedCapacity = in_.ReturnConsumedCapacity;
    for (std::size_t i = 0; i < bound_.size(); ++i) {
      auto& get = gets.TransactItems->emplace_back().Get.emplace();
      get.TableName = bound_[i].table();
      get.Key = keys_[i];
    }
    CUMULITE_ASSIGN(auto found, transact_get_items(ctx_, gets));
    api::ExecuteTransactionOutput out;
    out.Responses = std::move(found.Responses);
    for (std::size_t i = 0; i < bound_.size(); ++i) {
      auto& item = (*out.Responses)[i].Item;
      if (item) item = columns_[i]->select(std::move(*item));
    }
    out.ConsumedCapacity = std::move(found.ConsumedCapacity);
    return out;
  }

  Result<WritePlan> plan(std::size_t i) const {
    const BoundStatement& bound = bound_[i];
    const Table& table = *tables_[i];
    const auto* where = bound.where ? &*bound.where : nullptr;
    if (bound.statement.kind == Statement::Kind::kExists) {
      auto split = partiql::split_key(table.key, where, false);
      if (!split.complete || !split.rest) {
        return refused(i, "EXISTS() must contain a single item read with additional condition");
      }
      WritePlan out;
      out.kind = WritePlan::Kind::kCheck;
      out.item = std::move(split.key);
      out.condition = std::move(split.rest);
      return out;
    }
    const bool keyed = bound.statement.kind != Statement::Kind::kInsert;
    if (keyed && !partiql::split_key(table.key, where, false).complete) {
      return errors::key_not_matching_schema();
    }
    return partiql::plan_write(table, bound);
  }

  /// Plans of all writes; what is wrong with single ones cancels the transaction.
  Result<void> plan_all(WriteSet& set) {
    for (std::size_t i = 0; i < bound_.size(); ++i) {
      auto planned = plan(i);
      if (!planned.ok() && bound_[i].statement.kind == Statement::Kind::kExists) {
        return std::move(planned).error();
      }
      if (planned.ok()) {
        if (auto checked = check_plan(*tables_[i], *planned); !checked.ok()) {
          planned = std::move(checked).error();
        }
      }
      if (!planned.ok()) {
        reasons_[i] = reason_of(planned.error());
        continue;
      }
      auto& action = set.add();
      action.table_name = bound_[i].table();
      action.plan = std::move(*planned);
      action.plan.item_on_failure =
          (*in_.TransactStatements)[i].ReturnValuesOnConditionCheckFailure == "ALL_OLD";
    }
    return check_reasons();
  }

  Result<api::ExecuteTransactionOutput> write() {
    WriteSet set(ctx_);
    CUMULITE_TRY(plan_all(set));
    CUMULITE_ASSIGN(const auto outcome,
                    run_once(ctx_, set, in_.ClientRequestToken, transaction_fingerprint(in_)));
    api::ExecuteTransactionOutput out;
    out.Responses.emplace();
    out.ConsumedCapacity = transaction_capacity(ctx_, in_.ReturnConsumedCapacity, set, outcome);
    return out;
  }

  Context& ctx_;
  const api::ExecuteTransactionInput& in_;
  std::vector<BoundStatement> bound_;
  std::vector<TablePtr> tables_;
  std::vector<CancellationReason> reasons_;
  std::vector<Item> keys_;
  std::vector<std::shared_ptr<const partiql::Columns>> columns_;
};

}  // namespace

Result<api::ExecuteTransactionOutput> execute_transaction(Context& ctx,
                                                          const api::ExecuteTransactionInput& in) {
  return Transaction(ctx, in).run();
}

}  // namespace cumulite::dynamodb
