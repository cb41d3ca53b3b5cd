#include "emulator/services/glacier/vault/vaults.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/policy/enforcement.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::glacier {

namespace {

constexpr std::string_view kOwnAccount = "-";
constexpr std::size_t kVaultNameMax = 255;

/// A request that came over the wire names the version of the API that it speaks.
Result<void> check_version(const Context& ctx) {
  constexpr std::string_view kHeader = "x-amz-glacier-version";
  constexpr std::string_view kVersion = "2012-06-01";
  if (ctx.route == nullptr) return {};
  if (!ctx.request.has_header(kHeader)) return errors::missing("API version");
  const std::string_view asked = ctx.request.header(kHeader);
  return asked == kVersion ? Result<void>() : errors::invalid_value("API version", asked);
}

}  // namespace

Result<std::string> account_of(const Context& ctx, const Text& account_id,
                               std::string_view action) {
  CUMULITE_TRY(check_version(ctx));
  const std::string& account = ctx.caller.account_id;
  if (!account_id || *account_id == kOwnAccount || *account_id == account) return account;
  return errors::access_denied(
      fmt::format("arn:aws:iam::{}:root", account), fmt::format("glacier:{}", action),
      fmt::format("arn:aws:glacier:{}:{}:", ctx.caller.region, *account_id));
}

Result<VaultRef> vault_of(const Context& ctx, const Text& account_id, const Text& name,
                          std::string_view action) {
  CUMULITE_ASSIGN(std::string account, account_of(ctx, account_id, action));
  return VaultRef{std::move(account), ctx.caller.region, name.value_or("")};
}

Result<VaultRef> open_vault(const Context& ctx, const Text& account_id, const Text& name,
                            std::string_view action) {
  CUMULITE_TRY(check_version(ctx));
  VaultRef vault{ctx.caller.account_id, ctx.caller.region, name.value_or("")};
  if (account_id && *account_id != kOwnAccount && *account_id != vault.account) {
    vault.account = *account_id;
    CUMULITE_TRY(check_foreign_call(ctx, ctx.env.store, vault, action));
  }
  // Glacier shows a name that no vault can have as it was sent, without making an ARN of it.
  if (!is_valid_vault_name(vault.name)) return errors::vault_not_found(vault.name);
  CUMULITE_TRY(load_vault(ctx.env.store, vault));
  CUMULITE_TRY(check_vault_policies(ctx, ctx.env.store, vault, action));
  return vault;
}

std::optional<VaultRecord> find_vault(const storage::Reader& reader, const VaultRef& vault) {
  const auto row = reader.get(spaces::kGlacier, keys::vault(vault));
  if (!row) return std::nullopt;
  return VaultRecord::decode(*row);
}

Result<VaultRecord> load_vault(const storage::Reader& reader, const VaultRef& vault) {
  auto record = find_vault(reader, vault);
  if (!record) return errors::vault_not_found(vault.arn());
  return std::move(*record);
}

void save_vault(storage::Txn& txn, const VaultRef& vault, const VaultRecord& record) {
  txn.put(spaces::kGlacier, keys::vault(vault), record.encode());
}

bool is_valid_vault_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !name.empty() && name.size() <= kVaultNameMax &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string iso_time(std::int64_t unix_ms) {
  std::string text;
  codec::append_iso8601({unix_ms}, true, text);
  return text;
}

Result<std::size_t> page_limit(const Text& limit, std::size_t most) {
  if (!limit) return most;
  std::size_t value = 0;
  const char* end = limit->data() + limit->size();
  const auto [at, status] = std::from_chars(limit->data(), end, value);
  if (status != std::errc{} || at != end || value == 0) {
    return errors::invalid_value("limit", *limit);
  }
  return std::min(value, most);
}

}  // namespace cumulite::glacier
