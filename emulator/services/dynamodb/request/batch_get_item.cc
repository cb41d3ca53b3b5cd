#include <algorithm>
#include <unordered_set>

#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/batch_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/validation_layer.h"
#include "protocol/codec/json_writer.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kKeysMax = 100;
// The developer guide's "16 MB" are such that of 100 items of 300 KB the first 52 are answered.
constexpr std::size_t kAnswerBytesMax = 16'000'000;

/// The keys of one table, ready to be read.
struct TableGets {
  TableRef ref = {};
  const std::string* name = nullptr;  ///< As the request has it.
  const api::KeysAndAttributes* request = nullptr;
  std::optional<expression::Projection> projection = {};
  std::vector<Item> keys = {};
  std::vector<std::string> rows = {};
};

Result<TableGets> bind(const api::KeysAndAttributes& in, Layer layer) {
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
    CUMULITE_ASSIGN(auto one, normalized(key, layer));
    out.keys.push_back(std::move(one));
  }
  return out;
}

Error duplicate_keys() {
  return errors::validation("Provided list of item keys contains duplicates");
}

bool has_equal_keys(const std::vector<Item>& keys) {
  std::unordered_set<std::string> seen;
  return std::any_of(keys.begin(), keys.end(),
                     [&](const Item& key) { return !seen.insert(to_json(key)).second; });
}

Result<void> resolve(Context& ctx, TableGets& gets) {
  auto ref = find_data_table(ctx, *gets.name);
  // That keys are equal is said before that there is no such table.
  if (!ref.ok() && has_equal_keys(gets.keys)) return duplicate_keys();
  CUMULITE_ASSIGN(gets.ref, std::move(ref));
  const Table& table = *gets.ref.table;
  std::unordered_set<std::string> seen;
  for (const auto& key : gets.keys) {
    CUMULITE_TRY(check_key(table, key));
    gets.rows.push_back(keys::item_row(table, key));
    if (!seen.insert(gets.rows.back()).second) return duplicate_keys();
  }
  if (gets.projection) CUMULITE_TRY(check_projection_keys(table, *gets.projection));
  return {};
}

/// Keys that were not read, for the client to send again.
void leave(const TableGets& gets, std::size_t first, api::BatchGetItemOutput& out) {
  api::KeysAndAttributes rest = *gets.request;
  rest.Keys = std::vector<Item>(gets.request->Keys->begin() + static_cast<std::ptrdiff_t>(first),
                                gets.request->Keys->end());
  out.UnprocessedKeys->emplace_back(*gets.name, std::move(rest));
}

/// What a batch has read so far.
struct Reading {
  std::size_t bytes = 0;
  bool any = false;                     ///< Something was read.
  std::optional<Error> throttled = {};  ///< Why something was not.
};

/// Reads the table's items until the answer is full or the throughput used up. Returns the units.
double read_items(Context& ctx, const TableGets& gets, Reading& reading,
                  api::BatchGetItemOutput& out) {
  auto& items = out.Responses->emplace_back(*gets.name, std::vector<Item>{}).second;
  auto& throttle = database(ctx).throttle();
  const Table& table = *gets.ref.table;
  const bool consistent = gets.request->ConsistentRead.value_or(false);
  const auto rows = ctx.env.store.get_many(spaces::kDynamoDbItems, gets.rows);
  double units = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t size = rows[i] ? encoded_size_bytes(*rows[i]) : 0;
    auto admitted = throttle.admit_read(table, nullptr, ctx.now_ms);
    if (!admitted.ok()) reading.throttled = admitted.error();
    if (!admitted.ok() || reading.bytes + size > kAnswerBytesMax) {
      leave(gets, i, out);
      return units;
    }
    reading.any = true;
    reading.bytes += size;
    const double used = read_units(size, consistent);
    throttle.charge_read(table, nullptr, used, 0, ctx.now_ms);
    units += used;
    if (!rows[i]) continue;
    Item item = decode_item(*rows[i]);
    items.push_back(gets.projection ? gets.projection->apply(std::move(item)) : std::move(item));
  }
  return units;
}

Result<void> check_request(const api::BatchGetItemInput& in, Layer layer) {
  if (in.RequestItems && in.RequestItems->empty() && layer == Layer::kCurrent) {
    return errors::validation(
        "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member "
        "must have length greater than or equal to 1");
  }
  if (!in.RequestItems || in.RequestItems->empty()) {
    return errors::validation("The requestItems parameter is required for BatchGetItem");
  }
  // The styles may not be mixed among tables either.
  bool expressions = false;
  bool legacy = false;
  for (const auto& entry : *in.RequestItems) {
    expressions = expressions || entry.second.ProjectionExpression;
    legacy = legacy || entry.second.AttributesToGet;
  }
  return check_styles({{"ProjectionExpression", expressions}}, {{"AttributesToGet", legacy}}, false,
                      false);
}

/// A name that no table can have is the fault of the map that has it as a key.
Error of_request_items(const api::BatchGetItemInput& in, Error error) {
  if (error.message.find("' at 'tableName' failed") == std::string::npos) return error;
  const auto& members = api::op::BatchGetItem::info().input->members;
  const auto items = std::find_if(members.begin(), members.end(),
                                  [](const auto& member) { return member.name == "RequestItems"; });
  std::string json;
  codec::write_json(*items->shape, &*in.RequestItems, false, json);
  return errors::validation(
      "1 validation error detected: Value '" + json +
      "' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
      "must have length less than or equal to 255, Member must have length greater than or equal "
      "to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
}

}  // namespace

Result<api::BatchGetItemOutput> batch_get_item(Context& ctx, const api::BatchGetItemInput& in) {
  const Layer layer = layer_of(ctx);
  CUMULITE_TRY(check_request(in, layer));
  std::size_t total = 0;
  std::vector<TableGets> tables;
  for (const auto& [name, request] : *in.RequestItems) {
    CUMULITE_ASSIGN(auto gets, bind(request, layer));
    gets.name = &name;
    total += gets.keys.size();
    tables.push_back(std::move(gets));
  }
  if (total > kKeysMax) {
    return errors::validation("Too many items requested for the BatchGetItem call");
  }
  for (auto& gets : tables) {
    auto resolved = resolve(ctx, gets);
    if (!resolved.ok()) return of_request_items(in, std::move(resolved).error());
  }
  api::BatchGetItemOutput out;
  out.Responses.emplace();
  out.UnprocessedKeys.emplace();
  Reading reading;
  for (const auto& gets : tables) {
    const double units = read_items(ctx, gets, reading, out);
    auto capacity = read_capacity(in.ReturnConsumedCapacity, *gets.ref.table, nullptr, units, 0);
    if (!capacity) continue;
    if (!out.ConsumedCapacity) out.ConsumedCapacity.emplace();
    out.ConsumedCapacity->push_back(std::move(*capacity));
  }
  // Only a call of which nothing could be done is refused.
  if (reading.throttled && !reading.any) return std::move(*reading.throttled);
  return out;
}

}  // namespace cumulite::dynamodb
