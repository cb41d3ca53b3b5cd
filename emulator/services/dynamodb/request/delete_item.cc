#include "emulator/services/dynamodb/request/conditional_write.h"
#include "emulator/services/dynamodb/request/item_operations.h"

namespace cumulite::dynamodb {

Result<api::DeleteItemOutput> delete_item(Context& ctx, const api::DeleteItemInput& in) {
  CUMULITE_TRY(check_condition_style(in));
  WritePlan plan;
  plan.kind = WritePlan::Kind::kDelete;
  CUMULITE_ASSIGN(plan.item, normalized(*in.Key));
  CUMULITE_TRY(check_returns_old(in));
  return run_conditional_write<api::DeleteItemOutput>(ctx, in, std::move(plan));
}

}  // namespace cumulite::dynamodb
