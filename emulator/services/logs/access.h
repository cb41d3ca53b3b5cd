#pragma once

#include <functional>
#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/logs/errors.h"
#include "emulator/services/logs/keys.h"
#include "emulator/services/logs/records.h"

/// How operations find what they are about.
namespace cumulite::logs {

GroupRef group_ref(const Context& ctx, std::string_view name);
/// The group of an ARN, with or without its ":*"; nullopt if it is none.
std::optional<GroupRef> parse_group_arn(std::string_view arn);
/// Of operations that take a name or an identifier, which is a name or an ARN.
Result<GroupRef> asked_group(const Context& ctx, const std::optional<std::string>& name,
                             const std::optional<std::string>& identifier);
std::optional<Group> load_group(const storage::Reader& reader, const GroupRef& ref);
/// Changes the group's row in a transaction of its own; `change` may refuse.
Result<void> change_group(Context& ctx, const GroupRef& ref,
                          const std::function<Result<void>(storage::Txn&, Group&)>& change,
                          const Error& not_found = errors::group_not_found());
/// Events before it are gone, by the group's retention; 0 without one.
std::int64_t oldest_kept_ms(const Group& group, std::int64_t now_ms);

}  // namespace cumulite::logs
