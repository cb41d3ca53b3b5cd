#pragma once

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Resource-based policies of tables and streams: stored and answered, not enforced.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
Result<api::PutResourcePolicyOutput> put_resource_policy(Context& ctx,
                                                         const api::PutResourcePolicyInput& in);
Result<api::GetResourcePolicyOutput> get_resource_policy(Context& ctx,
                                                         const api::GetResourcePolicyInput& in);
Result<api::DeleteResourcePolicyOutput> delete_resource_policy(
    Context& ctx, const api::DeleteResourcePolicyInput& in);

/// A JSON document of at most 20 KB. Errors: ValidationException, LimitExceededException.
Result<void> check_policy(std::string_view policy);
/// Stores the policy that CreateTable was given; the transaction holds companions_domain.
void put_table_policy(storage::Txn& txn, const Table& table, std::string_view policy,
                      std::int64_t now_ms);

}  // namespace cumulite::dynamodb
