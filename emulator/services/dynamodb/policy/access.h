#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"

namespace cumulite::dynamodb {

/// Whether the caller may do `action` ("GetItem"; empty: the operation's own name) to a table,
/// index or stream of another account, which has that policy. As with queues and topics, everything
/// is allowed unless signatures are enforced. Error: AccessDeniedException.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html
Result<void> check_access(const Context& ctx, std::string_view resource_arn,
                          const std::optional<std::string>& policy, std::string_view action = {});

}  // namespace cumulite::dynamodb
