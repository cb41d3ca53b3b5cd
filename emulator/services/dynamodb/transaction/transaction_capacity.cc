#include "emulator/services/dynamodb/transaction/transaction_capacity.h"

#include <algorithm>

#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {
namespace {

void add(api::ConsumedCapacity used, std::vector<api::ConsumedCapacity>& all) {
  const auto same = std::find_if(
      all.begin(), all.end(), [&](const auto& total) { return total.TableName == used.TableName; });
  if (same == all.end()) {
    all.push_back(std::move(used));
  } else {
    add_capacity(*same, used);
  }
}

/// A transaction writes the item twice, but its index rows once.
WriteUnits transactional(WriteUnits units) {
  units.table *= 2;
  return units;
}

void fill_write_units(std::optional<model::Map<api::Capacity>>& indexes) {
  if (!indexes) return;
  for (auto& entry : *indexes) entry.second.WriteCapacityUnits = entry.second.CapacityUnits;
}

}  // namespace

std::optional<std::vector<api::ConsumedCapacity>> transaction_capacity(
    Context& ctx, const std::optional<std::string>& wanted, const WriteSet& set,
    const TransactionOutcome& outcome) {
  std::vector<api::ConsumedCapacity> out;
  for (const auto& [table, units] : outcome.units) {
    auto used = write_capacity(wanted, *table, transactional(units));
    if (!used) return std::nullopt;
    used->WriteCapacityUnits = used->CapacityUnits;
    if (used->Table) used->Table->WriteCapacityUnits = used->Table->CapacityUnits;
    fill_write_units(used->GlobalSecondaryIndexes);
    fill_write_units(used->LocalSecondaryIndexes);
    add(std::move(*used), out);
  }
  if (!outcome.replayed) return out;
  for (const auto& action : set.actions()) {
    const auto bytes = ctx.env.store.get(spaces::kDynamoDbItems, action.row);
    const std::size_t size = bytes ? encoded_size_bytes(*bytes) : 0;
    auto used = read_capacity(wanted, *action.ref.table, nullptr, 2 * read_units(size, true), 0);
    if (!used) return std::nullopt;
    used->ReadCapacityUnits = used->CapacityUnits;
    if (used->Table) used->Table->ReadCapacityUnits = used->Table->CapacityUnits;
    add(std::move(*used), out);
  }
  return out;
}

}  // namespace cumulite::dynamodb
