#include "emulator/services/glacier/policy/enforcement.h"

#include <fmt/format.h>

#include "emulator/core/settings.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/policy/access_policy.h"
#include "emulator/services/glacier/policy/document.h"
#include "emulator/services/glacier/policy/lock.h"
#include "emulator/services/glacier/vault/tags.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

/// These end or replace a lock that is in progress: a lock that denies everything must not be
/// irrevocable before it is completed.
bool is_exempt(std::string_view action) {
  return action == "AbortVaultLock" || action == "CompleteVaultLock" || action == "GetVaultLock" ||
         action == "InitiateVaultLock";
}

PolicyCall make_call(const Context& ctx, const storage::Reader& reader, const VaultRef& vault,
                     std::string_view action) {
  PolicyCall call;
  call.action = fmt::format("glacier:{}", action);
  call.resource = vault.arn();
  call.account = ctx.caller.account_id;
  call.access_key_id = ctx.caller.access_key_id;
  call.secure = ctx.request.tls;
  call.source_ip = ctx.request.remote_address;
  call.time = iso_time(ctx.now_ms);
  call.tag = [&reader, &vault](std::string_view name) -> std::optional<std::string> {
    const auto tags = load_tags(reader, vault);
    const std::string* value = model::find(tags, name);
    return value == nullptr ? std::nullopt : std::optional(*value);
  };
  return call;
}

Error refused(const PolicyCall& call) {
  return errors::access_denied(fmt::format("arn:aws:iam::{}:root", call.account), call.action,
                               call.resource);
}

}  // namespace

Result<void> check_vault_policies(const Context& ctx, const storage::Reader& reader,
                                  const VaultRef& vault, std::string_view action,
                                  std::optional<std::int64_t> archive_age_days) {
  if (is_exempt(action)) return {};
  const auto lock = find_lock(reader, vault);
  std::optional<std::string> access;
  // In a foreign vault its policy is all that lets a caller in, so it is heard in every mode.
  const bool is_foreign = vault.account != ctx.caller.account_id;
  if (is_foreign || ctx.env.settings.auth == AuthMode::kEnforce)
    access = find_access_policy(reader, vault);
  if (!lock && !access) return {};
  PolicyCall call = make_call(ctx, reader, vault, action);
  call.archive_age_days = archive_age_days;
  if ((!lock || !denies(lock->policy, call)) && (!access || !denies(*access, call))) return {};
  return refused(call);
}

Result<void> check_foreign_call(const Context& ctx, const storage::Reader& reader,
                                const VaultRef& vault, std::string_view action) {
  const PolicyCall call = make_call(ctx, reader, vault, action);
  const auto access = find_access_policy(reader, vault);
  if (access && allows(*access, call)) return {};
  return refused(call);
}

}  // namespace cumulite::glacier
