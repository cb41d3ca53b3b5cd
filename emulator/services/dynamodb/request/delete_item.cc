#include "emulator/services/dynamodb/request/conditional_write.h"
#include "emulator/services/dynamodb/request/item_operations.h"

namespace cumulite::dynamodb {
namespace {

Result<void> bind_delete(const api::DeleteItemInput& in, Layer layer, BoundWrite& out) {
  CUMULITE_TRY(check_condition_style(in));
  out.plan.kind = WritePlan::Kind::kDelete;
  CUMULITE_ASSIGN(out.plan.item, normalized(*in.Key, layer));
  return bind_conditional_write(in, layer, out);
}

}  // namespace

Result<api::DeleteItemOutput> delete_item(Context& ctx, const api::DeleteItemInput& in) {
  const Layer layer = layer_of(ctx);
  BoundWrite bound;
  auto checked = bind_delete(in, layer, bound);
  if (!checked.ok()) return refused_request(std::move(checked).error(), layer);
  return run_conditional_write<api::DeleteItemOutput>(ctx, in, bound.plan);
}

}  // namespace cumulite::dynamodb
