#include <unordered_set>

#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/batch_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kKeysMax = 100;
constexpr std::size_t kAnswerBytesMax = 16 * 1024 * 1024;

/// The keys of one table, ready to be read.
struct TableGets {
  TableRef ref = {};
  const std::string* name = nullptr;  ///< As the request has it.
  const api::KeysAndAttributes* request = nullptr;
  std::optional<expression::Projection> projection = {};
  std::vector<Item> keys = {};
  std::vector<std::string> rows = {};
};

Result<TableGets> bind(const api::KeysAndAttributes& in) {
  CUMULITE_TRY(check_styles({{"ProjectionExpression", in.ProjectionExpression.has_value()}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()}},
                            in.ExpressionAttributeNames.has_value(), false));
  TableGets out;
  out.request = &in;
  CUMULITE_ASSIGN(auto placeholders,
                  expression::Placeholders::make(in.ExpressionAttributeNames, std::nullopt));
  CUMULITE_ASSIGN(out.projection, bind_projection_parameters(in.ProjectionExpression,
                                                             in.AttributesToGet, placeholders));
  CUMULITE_TRY(placeholders.check_all_used());
  for (const auto& key : *in.Keys) {
    CUMULITE_ASSIGN(auto one, normalized(key));
    out.keys.push_back(std::move(one));
  }
  return out;
}

Result<void> resolve(Context& ctx, TableGets& gets) {
  CUMULITE_ASSIGN(gets.ref, find_data_table(ctx, *gets.name));
  const Table& table = *gets.ref.table;
  std::unordered_set<std::string> seen;
  for (const auto& key : gets.keys) {
    CUMULITE_TRY(check_key(table, key));
    gets.rows.push_back(keys::item_row(table, key));
    if (!seen.insert(gets.rows.back()).second) {
      return errors::validation("Provided list of item keys contains duplicates");
    }
  }
  if (gets.projection) CUMULITE_TRY(check_projection_keys(table, *gets.projection));
  return {};
}

/// Reads the table's items until the answer is full; the rest of the keys go back to the client.
void read_items(Context& ctx, const TableGets& gets, std::size_t& bytes,
                api::BatchGetItemOutput& out, double& units) {
  auto& items = out.Responses->emplace_back(*gets.name, std::vector<Item>{}).second;
  const bool consistent = gets.request->ConsistentRead.value_or(false);
  const auto rows = ctx.env.store.get_many(spaces::kDynamoDbItems, gets.rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (bytes >= kAnswerBytesMax) {
      api::KeysAndAttributes rest = *gets.request;
      rest.Keys = std::vector<Item>(gets.request->Keys->begin() + static_cast<std::ptrdiff_t>(i),
                                    gets.request->Keys->end());
      out.UnprocessedKeys->emplace_back(*gets.name, std::move(rest));
      return;
    }
    const std::size_t size = rows[i] ? encoded_size_bytes(*rows[i]) : 0;
    bytes += size;
    units += read_units(size, consistent);
    if (!rows[i]) continue;
    Item item = decode_item(*rows[i]);
    items.push_back(gets.projection ? gets.projection->apply(std::move(item)) : std::move(item));
  }
}

}  // namespace

Result<api::BatchGetItemOutput> batch_get_item(Context& ctx, const api::BatchGetItemInput& in) {
  if (in.RequestItems->empty()) {
    return errors::validation(
        "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1");
  }
  std::size_t total = 0;
  std::vector<TableGets> tables;
  for (const auto& [name, request] : *in.RequestItems) {
    CUMULITE_ASSIGN(auto gets, bind(request));
    gets.name = &name;
    total += gets.keys.size();
    tables.push_back(std::move(gets));
  }
  if (total > kKeysMax) {
    return errors::validation("Too many items requested for the BatchGetItem call");
  }
  for (auto& gets : tables) CUMULITE_TRY(resolve(ctx, gets));
  api::BatchGetItemOutput out;
  out.Responses.emplace();
  out.UnprocessedKeys.emplace();
  std::size_t bytes = 0;
  for (const auto& gets : tables) {
    double units = 0;
    read_items(ctx, gets, bytes, out, units);
    auto capacity = read_capacity(in.ReturnConsumedCapacity, *gets.ref.table, nullptr, units, 0);
    if (!capacity) continue;
    if (!out.ConsumedCapacity) out.ConsumedCapacity.emplace();
    out.ConsumedCapacity->push_back(std::move(*capacity));
  }
  return out;
}

}  // namespace cumulite::dynamodb
