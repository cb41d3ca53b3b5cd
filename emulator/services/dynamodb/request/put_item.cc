#include "emulator/services/dynamodb/item/key_check.h"
#include "emulator/services/dynamodb/request/conditional_write.h"
#include "emulator/services/dynamodb/request/item_operations.h"

namespace cumulite::dynamodb {

Result<api::PutItemOutput> put_item(Context& ctx, const api::PutItemInput& in) {
  CUMULITE_TRY(check_condition_style(in));
  WritePlan plan;
  plan.kind = WritePlan::Kind::kPut;
  CUMULITE_ASSIGN(plan.item, normalized(*in.Item));
  CUMULITE_TRY(check_attribute_names(plan.item));
  CUMULITE_TRY(check_returns_old(in));
  if (size_bytes(plan.item) > kItemBytesMax) return errors::item_too_large();
  return run_conditional_write<api::PutItemOutput>(ctx, in, std::move(plan));
}

}  // namespace cumulite::dynamodb
