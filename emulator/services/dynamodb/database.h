#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/core/context.h"
#include "emulator/core/service.h"
#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/item/ongoing_writes.h"
#include "emulator/services/dynamodb/keys.h"
#include "emulator/services/dynamodb/table/catalog.h"
#include "emulator/services/dynamodb/table/transition_time.h"
#include "emulator/services/dynamodb/throttle/throttle.h"

namespace cumulite::dynamodb {

/// The service's state: the catalog of tables over the store. One for the daemon; thread-safe.
class Database final : public Service {
 public:
  explicit Database(Environment& env) : env_(env) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override;
  void start() override;
  void drop_account(std::string_view account) override;

  void reset(std::string_view account) override {
    catalog_.reset(account);
    throttle_.reset(account);
    transition_time_.reset(account);
  }

  Catalog& catalog() { return catalog_; }

  Throttle& throttle() { return throttle_; }

  /// Writes of clients that are under way, by the item's row.
  OngoingWrites& ongoing_writes() { return ongoing_writes_; }

  /// Transactions that are under way, by the row of their idempotency token.
  OngoingWrites& ongoing_requests() { return ongoing_requests_; }

  TransitionTime& transition_time() { return transition_time_; }

  Environment& env() { return env_; }

 private:
  Environment& env_;
  Catalog catalog_;
  Throttle throttle_;
  OngoingWrites ongoing_writes_;
  OngoingWrites ongoing_requests_;
  TransitionTime transition_time_;
};

Database& database(Context& ctx);

/// A table as a request named it, by name or ARN.
struct TableRef {
  std::string row;  ///< Its row key, which is also its domain.
  TablePtr table;
};

/// What a request does to a table: what the policy of another account's table must allow.
struct Wanted {
  std::string_view action = {};  ///< "PutItem"; empty: the operation's own name.
  std::string_view index = {};   ///< The index that is read instead of the table.
};

/// Finds the table; an ARN may name one of another account. Errors: ValidationException for an
/// impossible name and for another Region, ResourceNotFoundException "Requested resource not found:
/// Table: X not found", AccessDeniedException where check_access refuses.
Result<TableRef> find_table(Context& ctx, std::string_view name_or_arn);
/// The same with the shorter message that reads and writes of items have.
Result<TableRef> find_data_table(Context& ctx, std::string_view name_or_arn,
                                 const Wanted& wanted = {});
/// The index, if it can be read. Errors: ValidationException where it is not there, or is still
/// being filled.
Result<const Index*> find_readable_index(const Table& table, std::string_view name);
/// Name of a table of the caller's own, given by name or ARN, whether it is there or not. Errors:
/// ValidationException as above, ResourceNotFoundException for one of another account.
Result<std::string> table_name(Context& ctx, std::string_view name_or_arn);

/// Runs `action(txn)` in a transaction that holds the table's shared domain and the other domains,
/// if the table is still the version that `ref` has; nullopt if it was changed meanwhile: resolve
/// it again and start over.
template <class Action>
auto transact_on(Database& db, const TableRef& ref, storage::Domains domains, Action&& action)
    -> std::optional<decltype(action(std::declval<storage::Txn&>()))> {
  using Answer = decltype(action(std::declval<storage::Txn&>()));

  struct Outcome {
    std::optional<Answer> answer;

    bool ok() const { return answer && answer->ok(); }
  };

  domains.push_back(storage::Domain::shared_on(spaces::kDynamoDb, ref.row));
  auto outcome = db.env().store.transact(domains, [&](storage::Txn& txn) {
    if (db.catalog().find(ref.row) != ref.table) return Outcome{};
    return Outcome{action(txn)};
  });
  return std::move(outcome.answer);
}

}  // namespace cumulite::dynamodb
