#include "emulator/services/dynamodb/item/item_codec.h"
#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/parameters.h"
#include "emulator/services/dynamodb/request/validation_layer.h"

namespace cumulite::dynamodb {

Result<api::GetItemOutput> get_item(Context& ctx, const api::GetItemInput& in) {
  CUMULITE_TRY(check_styles({{"ProjectionExpression", in.ProjectionExpression.has_value()}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()}},
                            in.ExpressionAttributeNames.has_value(), false));
  CUMULITE_ASSIGN(const Item key, normalized(*in.Key, layer_of(ctx)));
  CUMULITE_ASSIGN(auto placeholders,
                  expression::Placeholders::make(in.ExpressionAttributeNames, std::nullopt));
  CUMULITE_ASSIGN(
      const auto projection,
      bind_projection_parameters(in.ProjectionExpression, in.AttributesToGet, placeholders));
  CUMULITE_TRY(placeholders.check_all_used());
  CUMULITE_ASSIGN(const TableRef ref, find_data_table(ctx, *in.TableName));
  const Table& table = *ref.table;
  CUMULITE_TRY(check_key(table, key));
  if (projection) CUMULITE_TRY(check_projection_keys(table, *projection));

  CUMULITE_TRY(database(ctx).throttle().admit_read(table, nullptr, ctx.now_ms));
  const auto bytes = ctx.env.store.get(spaces::kDynamoDbItems, keys::item_row(table, key));
  api::GetItemOutput out;
  if (bytes) {
    out.Item = decode_item(*bytes);
    if (projection) out.Item = projection->apply(std::move(*out.Item));
  }
  const std::size_t size = bytes ? encoded_size_bytes(*bytes) : 0;
  const double units = read_units(size, in.ConsistentRead.value_or(false));
  database(ctx).throttle().charge_read(table, nullptr, units, 0, ctx.now_ms);
  out.ConsumedCapacity = read_capacity(in.ReturnConsumedCapacity, table, nullptr, units, 0);
  return out;
}

}  // namespace cumulite::dynamodb
