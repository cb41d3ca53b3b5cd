#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/conditional_write.h"
#include "emulator/services/dynamodb/request/item_operations.h"

namespace cumulite::dynamodb {
namespace {

Result<void> bind_put(const api::PutItemInput& in, Layer layer, BoundWrite& out) {
  CUMULITE_TRY(check_condition_style(in));
  out.plan.kind = WritePlan::Kind::kPut;
  CUMULITE_ASSIGN(out.plan.item, normalized(*in.Item, layer));
  CUMULITE_TRY(check_attribute_names(out.plan.item));
  return bind_conditional_write(in, layer, out);
}

}  // namespace

Result<api::PutItemOutput> put_item(Context& ctx, const api::PutItemInput& in) {
  const Layer layer = layer_of(ctx);
  BoundWrite bound;
  auto checked = bind_put(in, layer, bound);
  if (!checked.ok()) return refused_request(std::move(checked).error(), layer);
  if (size_bytes(bound.plan.item) > kItemBytesMax) return errors::item_too_large();
  return run_conditional_write<api::PutItemOutput>(ctx, in, bound.plan);
}

}  // namespace cumulite::dynamodb
