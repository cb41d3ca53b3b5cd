#pragma once

#include "emulator/services/dynamodb/table/table.h"

/// Encryption at rest, as far as it is told: nothing is encrypted, and there are no keys. A table
/// has a key of the service's own (and no description), or one of KMS.
namespace cumulite {
struct Context;
}

namespace cumulite::dynamodb {

/// A key is named only together with the type KMS, and neither where encryption is off.
Result<void> check_encryption(const std::optional<api::SSESpecification>& encryption);
/// Whether the specification asks for a key of KMS; naming the type is asking.
bool wants_kms(const api::SSESpecification& encryption);
/// Encryption of a new table.
api::SSEDescription sse_of(Context& ctx, const api::SSESpecification& specification);

/// Begins a change: the description is UPDATING, with the key of before. Errors: another change is
/// under way, nothing would change, too many changes (change_limits.h).
Result<void> apply_encryption(Context& ctx, const api::SSESpecification& wanted, Table& table);
/// Ends it.
void finish_encryption(Table& table);

}  // namespace cumulite::dynamodb
