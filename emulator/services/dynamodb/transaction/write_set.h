#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

/// What its caller adds to a transaction: a row of its own (the idempotency token), written in the
/// same transaction.
struct TransactionExtra {
  storage::Domains domains = {};
  /// Asked before the transaction begins: false if it was done before, and is to be skipped.
  std::function<Result<bool>()> wanted = {};
  std::function<void(storage::Txn&)> write = {};
};

/// Runs all actions or none. Used by TransactWriteItems and by PartiQL's ExecuteTransaction.
class WriteSet {
 public:
  explicit WriteSet(Context& ctx) : ctx_(ctx) {}

  TransactionAction& add() { return actions_.emplace_back(); }

  std::size_t size() const { return actions_.size(); }

  const std::deque<TransactionAction>& actions() const { return actions_; }

  /// Errors: ResourceNotFoundException, TransactionCanceledException, "Transaction request cannot
  /// include multiple operations on one item". A transaction that meets another one that is under
  /// way on one of its items is canceled; it waits for single writes.
  Result<TransactionOutcome> run(const TransactionExtra& extra);

 private:
  Result<void> resolve();
  Result<void> check();
  /// Within the provisioned throughput of every table, or canceled.
  Result<void> admit();
  std::vector<std::string_view> rows() const;
  Error conflict(const std::vector<std::size_t>& places) const;
  /// One attempt under the locks; nullopt if a table was changed meanwhile.
  std::optional<Result<TransactionOutcome>> attempt(const TransactionExtra& extra);
  Result<TransactionOutcome> apply(storage::Txn& txn);

  Context& ctx_;
  std::deque<TransactionAction> actions_;
};

}  // namespace cumulite::dynamodb
