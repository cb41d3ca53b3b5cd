#pragma once

#include <optional>
#include <string>

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

/// Resource-based policies of tables and streams. They are held against calls of other
/// accounts (policy/access.h); the account itself may do everything.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
Result<api::PutResourcePolicyOutput> put_resource_policy(Context& ctx,
                                                         const api::PutResourcePolicyInput& in);
Result<api::GetResourcePolicyOutput> get_resource_policy(Context& ctx,
                                                         const api::GetResourcePolicyInput& in);
Result<api::DeleteResourcePolicyOutput> delete_resource_policy(
    Context& ctx, const api::DeleteResourcePolicyInput& in);

/// The table's policy as it was put; nullopt if it has none.
std::optional<std::string> table_policy(const storage::Reader& reader, const Table& table);
/// The same of a table's stream.
std::optional<std::string> stream_policy(const storage::Reader& reader, std::string_view account,
                                         std::string_view region, std::string_view table,
                                         std::string_view label);

/// Stores the policy that CreateTable was given; the transaction holds companions_domain.
void put_table_policy(storage::Txn& txn, const Table& table, std::string_view policy,
                      std::int64_t now_ms);

}  // namespace cumulite::dynamodb
