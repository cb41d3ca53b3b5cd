#pragma once

#include "emulator/services/dynamodb/database.h"

/// The operations on one item.
namespace cumulite::dynamodb {

Result<api::PutItemOutput> put_item(Context& ctx, const api::PutItemInput& in);
Result<api::GetItemOutput> get_item(Context& ctx, const api::GetItemInput& in);
Result<api::UpdateItemOutput> update_item(Context& ctx, const api::UpdateItemInput& in);
Result<api::DeleteItemOutput> delete_item(Context& ctx, const api::DeleteItemInput& in);

}  // namespace cumulite::dynamodb
