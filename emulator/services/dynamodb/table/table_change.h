#pragma once

#include <memory>

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Writes a new version of the table and swaps it into the catalog on commit. The transaction holds
/// the table's domain exclusively.
void save_table(Database& db, storage::Txn& txn, std::shared_ptr<Table> table);

/// The domains of a change of a table: its row, all its items, its totals.
storage::Domains table_domains(const Table& table);

/// Why a table that is not active cannot be changed.
Error not_active(const Table& table);

/// Runs `action(txn, Table& copy) -> Result<T>` on a copy of the table's newest version, alone on
/// the table; saves the copy if the action succeeds. The error is find_table's, or the action's.
template <class Action>
auto change_table(Context& ctx, std::string_view name_or_arn, Action&& action)
    -> decltype(action(std::declval<storage::Txn&>(), std::declval<Table&>())) {
  using Answer = decltype(action(std::declval<storage::Txn&>(), std::declval<Table&>()));
  Database& db = database(ctx);
  while (true) {
    CUMULITE_ASSIGN(const TableRef ref, find_table(ctx, name_or_arn));

    struct Outcome {
      std::optional<Answer> answer;

      bool ok() const { return answer && answer->ok(); }
    };

    auto outcome = db.env().store.transact(table_domains(*ref.table), [&](storage::Txn& txn) {
      if (db.catalog().find(ref.row) != ref.table) return Outcome{};
      if (!ref.table->active()) return Outcome{Answer(not_active(*ref.table))};
      auto copy = std::make_shared<Table>(*ref.table);
      Outcome out{action(txn, *copy)};
      if (out.ok()) save_table(db, txn, copy);
      return out;
    });
    if (outcome.answer) return std::move(*outcome.answer);
  }
}

/// A table as CreateTable describes it, not yet stored.
std::shared_ptr<Table> make_table(Context& ctx, const api::CreateTableInput& in,
                                  const std::string& name);

/// The description with live totals, as DescribeTable answers it.
api::TableDescription describe(Database& db, const Table& table);
/// Takes out what the service does not tell of a table that is being deleted.
void hide_schema(api::TableDescription& description);

/// Description parts of new indexes.
api::ProvisionedThroughputDescription throughput_of(
    const std::optional<api::ProvisionedThroughput>& throughput);
api::GlobalSecondaryIndexDescription global_index_of(const Table& table,
                                                     const api::GlobalSecondaryIndex& index);
/// Gives a new index its number in row keys.
void number_index(Table& table, const std::string& index_name);
/// Definitions and projected attributes are described in the order of their names; keys and indexes
/// keep that of the request.
void sort_names(api::TableDescription& description);
/// Turns a stream on under a new label.
void enable_stream(Context& ctx, Table& table, const api::StreamSpecification& specification);

}  // namespace cumulite::dynamodb
