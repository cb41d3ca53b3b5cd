#include "emulator/services/dynamodb/policy/access.h"

#include <fmt/format.h>

#include "emulator/core/policy/policy.h"
#include "emulator/core/policy/request_values.h"

namespace cumulite::dynamodb {

Result<void> check_access(const Context& ctx, std::string_view resource_arn,
                          const std::optional<std::string>& policy, std::string_view action) {
  if (ctx.env.settings.auth != AuthMode::kEnforce) return {};
  if (action.empty() && ctx.route != nullptr) action = ctx.route->operation->name;
  PolicyQuestion asked;
  asked.action = fmt::format("dynamodb:{}", action);
  asked.resource = resource_arn;
  asked.account = ctx.caller.account_id;
  asked.values = [&](std::string_view key) { return request_values(ctx, key); };
  if (policy && ask_policy(*policy, asked) == PolicyAnswer::kAllow) return {};
  return Error{"AccessDeniedException",
               fmt::format("User: arn:aws:iam::{}:root is not authorized to perform: {} on "
                           "resource: {} because no resource-based policy allows the {} action",
                           asked.account, asked.action, asked.resource, asked.action)};
}

}  // namespace cumulite::dynamodb
