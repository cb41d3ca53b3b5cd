#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/vault/vaults.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kVaultsPageMax = 10;

/// Counts are those of this moment; only the date is the last inventory's (README).
api::DescribeVaultOutput describe(const VaultRef& vault, const VaultRecord& record) {
  api::DescribeVaultOutput out;
  out.VaultARN = vault.arn();
  out.VaultName = vault.name;
  out.CreationDate = iso_time(record.created_ms);
  if (record.inventory_ms != 0) out.LastInventoryDate = iso_time(record.inventory_ms);
  out.NumberOfArchives = static_cast<std::int64_t>(record.archives);
  out.SizeInBytes = static_cast<std::int64_t>(record.size_bytes);
  return out;
}

/// The marker is the ARN of the vault where the page begins.
Result<std::string> name_of_marker(const VaultRef& scope, const std::string& marker) {
  const std::string prefix = scope.arn();
  if (marker.starts_with(prefix)) return marker.substr(prefix.size());
  if (is_valid_vault_name(marker)) return marker;
  return errors::invalid_value("marker", marker);
}

}  // namespace

Result<api::DescribeVaultOutput> describe_vault(Context& ctx, const api::DescribeVaultInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "DescribeVault"));
  CUMULITE_ASSIGN(const VaultRecord record, load_vault(ctx.env.store, vault));
  return describe(vault, record);
}

Result<api::ListVaultsOutput> list_vaults(Context& ctx, const api::ListVaultsInput& req) {
  CUMULITE_ASSIGN(VaultRef vault, vault_of(ctx, req.accountId, std::nullopt, "ListVaults"));
  CUMULITE_ASSIGN(const std::size_t limit, page_limit(req.limit, kVaultsPageMax));
  const std::string prefix = keys::vaults(vault.account, vault.region);
  std::string from = prefix;
  if (req.marker && !req.marker->empty()) {
    CUMULITE_ASSIGN(const std::string name, name_of_marker(vault, *req.marker));
    from += name;
  }
  const auto page = ctx.env.store.range(spaces::kGlacier, from, storage::prefix_end(prefix),
                                        {.limit = limit + 1});
  api::ListVaultsOutput out;
  auto& list = out.VaultList.emplace();
  for (const auto& [key, value] : page.rows) {
    vault.name = key.substr(prefix.size());
    if (list.size() == limit) {
      out.Marker = vault.arn();
      break;
    }
    list.push_back(describe(vault, VaultRecord::decode(value)));
  }
  return out;
}

}  // namespace cumulite::glacier
