#include "emulator/services/dynamodb/global/strong.h"
#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/transaction/cancellation.h"
#include "emulator/services/dynamodb/transaction/transaction_operations.h"

namespace cumulite::dynamodb {
namespace {

struct BoundGet {
  TableRef ref = {};
  Item key = {};
  std::string row = {};
  std::optional<expression::Projection> projection = {};
};

Result<BoundGet> bind(const api::Get& in) {
  CUMULITE_TRY(check_styles({{"ProjectionExpression", in.ProjectionExpression.has_value()}}, {},
                            in.ExpressionAttributeNames.has_value(), false));
  BoundGet out;
  CUMULITE_ASSIGN(out.key, normalized(*in.Key));
  CUMULITE_ASSIGN(auto placeholders,
                  expression::Placeholders::make(in.ExpressionAttributeNames, std::nullopt));
  CUMULITE_ASSIGN(out.projection,
                  bind_projection_parameters(in.ProjectionExpression, std::nullopt, placeholders));
  CUMULITE_TRY(placeholders.check_all_used());
  return out;
}

Result<void> check_keys(const std::vector<BoundGet>& gets) {
  std::vector<CancellationReason> reasons(gets.size());
  for (std::size_t i = 0; i < gets.size(); ++i) {
    if (auto checked = check_key(*gets[i].ref.table, gets[i].key); !checked.ok()) {
      reasons[i] = reason_of(checked.error());
      return transaction_canceled(reasons);
    }
  }
  return {};
}

Result<void> admit(Context& ctx, const std::vector<BoundGet>& gets) {
  std::vector<CancellationReason> reasons(gets.size());
  bool canceled = false;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    auto admitted = database(ctx).throttle().admit_read(*gets[i].ref.table, nullptr, ctx.now_ms);
    if (admitted.ok()) continue;
    reasons[i] = reason_of(admitted.error());
    canceled = true;
  }
  if (canceled) return transaction_canceled(reasons);
  return {};
}

/// Refuses reads of items that are being written. Nothing is held: who begins to write after this
/// comes after the read, or the read waits for him.
Result<void> check_ongoing(Context& ctx, const std::vector<BoundGet>& gets) {
  std::vector<CancellationReason> reasons(gets.size());
  bool canceled = false;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    if (!database(ctx).ongoing_writes().contains(gets[i].row)) continue;
    reasons[i] = reason_of(errors::transaction_conflict());
    canceled = true;
  }
  if (canceled) return transaction_canceled(reasons);
  return {};
}

/// Reads all rows at one moment: no transaction that writes one of them can be half seen.
Result<std::vector<std::optional<std::string>>> read_rows(Context& ctx,
                                                          const std::vector<BoundGet>& gets) {
  storage::Domains domains;
  std::vector<std::string> rows;
  for (const auto& get : gets) {
    domains.push_back(storage::Domain::shared_on(spaces::kDynamoDbItems, get.row));
    rows.push_back(get.row);
  }
  return ctx.env.store.transact(
      domains, [&](storage::Txn& txn) -> Result<std::vector<std::optional<std::string>>> {
        return txn.get_many(spaces::kDynamoDbItems, rows);
      });
}

void add_read_capacity(const std::optional<std::string>& wanted, const Table& table,
                       std::size_t bytes, api::TransactGetItemsOutput& out) {
  auto used = read_capacity(wanted, table, nullptr, 2 * read_units(bytes, true), 0);
  if (!used) return;
  used->ReadCapacityUnits = used->CapacityUnits;
  if (used->Table) used->Table->ReadCapacityUnits = used->Table->CapacityUnits;
  if (!out.ConsumedCapacity) out.ConsumedCapacity.emplace();
  for (auto& total : *out.ConsumedCapacity) {
    if (total.TableName != table.name()) continue;
    add_capacity(total, *used);
    return;
  }
  out.ConsumedCapacity->push_back(std::move(*used));
}

}  // namespace

Result<api::TransactGetItemsOutput> transact_get_items(Context& ctx,
                                                       const api::TransactGetItemsInput& in) {
  std::vector<BoundGet> gets;
  for (const auto& item : *in.TransactItems) {
    CUMULITE_ASSIGN(auto bound, bind(*item.Get));
    gets.push_back(std::move(bound));
  }
  for (std::size_t i = 0; i < gets.size(); ++i) {
    CUMULITE_ASSIGN(gets[i].ref, find_data_table(ctx, *(*in.TransactItems)[i].Get->TableName,
                                                 {.action = "GetItem"}));
    CUMULITE_TRY(check_not_strong(*gets[i].ref.table, "Transactions are"));
  }
  CUMULITE_TRY(check_keys(gets));
  for (auto& get : gets) {
    get.row = keys::item_row(*get.ref.table, get.key);
    if (get.projection) CUMULITE_TRY(check_projection_keys(*get.ref.table, *get.projection));
  }
  for (std::size_t i = 0; i < gets.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (gets[i].row == gets[j].row) {
        return errors::validation(
            "Transaction request cannot include multiple operations on one item");
      }
    }
  }
  CUMULITE_TRY(admit(ctx, gets));
  CUMULITE_TRY(check_ongoing(ctx, gets));
  CUMULITE_ASSIGN(const auto rows, read_rows(ctx, gets));
  api::TransactGetItemsOutput out;
  out.Responses.emplace();
  for (std::size_t i = 0; i < gets.size(); ++i) {
    auto& response = out.Responses->emplace_back();
    if (rows[i]) {
      Item item = decode_item(*rows[i]);
      response.Item =
          gets[i].projection ? gets[i].projection->apply(std::move(item)) : std::move(item);
    }
    const Table& table = *gets[i].ref.table;
    const std::size_t size = rows[i] ? encoded_size_bytes(*rows[i]) : 0;
    database(ctx).throttle().charge_read(table, nullptr, 2 * read_units(size, true), 0, ctx.now_ms);
    add_read_capacity(in.ReturnConsumedCapacity, table, size, out);
  }
  return out;
}

}  // namespace cumulite::dynamodb
