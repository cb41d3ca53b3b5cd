#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "emulator/services/dynamodb/database.h"
#include "emulator/services/dynamodb/request/write_plan.h"

namespace cumulite::dynamodb {

/// One action of a transaction: a plan on a table. `placeholders` are what the plan refers to.
struct TransactionAction {
  std::string table_name;
  WritePlan plan = {};
  std::unique_ptr<expression::Placeholders> placeholders = {};
  TableRef ref = {};
  std::string row = {};
};

/// What a transaction did, by table.
struct TransactionOutcome {
  std::vector<std::pair<TablePtr, WriteUnits>> units = {};
  bool replayed = false;  ///< Nothing: the request was done before under its token.

  bool ok() const { return true; }
};

/// Runs all actions or none. Used by TransactWriteItems and by PartiQL's ExecuteTransaction.
/// `extra_domains` and `also` let the caller write its own row (the idempotency token) in the same
/// transaction: `also(txn)` runs first, and returning false skips the actions.
class WriteSet {
 public:
  explicit WriteSet(Context& ctx) : ctx_(ctx) {}

  TransactionAction& add() { return actions_.emplace_back(); }

  std::size_t size() const { return actions_.size(); }

  const std::deque<TransactionAction>& actions() const { return actions_; }

  /// Errors: ResourceNotFoundException, TransactionCanceledException, "Transaction request cannot
  /// include multiple operations on one item".
  Result<TransactionOutcome> run(const storage::Domains& extra_domains,
                                 const std::function<Result<bool>(storage::Txn&)>& also);

 private:
  Result<void> resolve();
  Result<void> check();
  /// Within the provisioned throughput of every table, or canceled.
  Result<void> admit();
  Result<TransactionOutcome> apply(storage::Txn& txn);

  Context& ctx_;
  std::deque<TransactionAction> actions_;
};

}  // namespace cumulite::dynamodb
