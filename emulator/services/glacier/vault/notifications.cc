#include "emulator/services/glacier/vault/notifications.h"

#include <algorithm>
#include <array>

#include "emulator/core/records/shape_codec.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

constexpr std::array<std::string_view, 2> kEvents = {"ArchiveRetrievalCompleted",
                                                     "InventoryRetrievalCompleted"};

const model::Shape& notifications_shape() {
  return input_member_shape(api::op::SetVaultNotifications::info(), "vaultNotificationConfig");
}

std::string notifications_key(const VaultRef& vault) {
  return keys::configuration(vault, keys::Configuration::kNotifications);
}

std::optional<api::VaultNotificationConfig> find(const storage::Reader& reader,
                                                 const VaultRef& vault) {
  const auto row = reader.get(spaces::kGlacier, notifications_key(vault));
  if (!row) return std::nullopt;
  api::VaultNotificationConfig configuration;
  decode_shape(notifications_shape(), *row, &configuration);
  return configuration;
}

Result<void> check(const api::VaultNotificationConfig& configuration) {
  if (!configuration.SNSTopic) return errors::missing("SNSTopic");
  if (!configuration.SNSTopic->starts_with("arn:aws:sns:")) {
    return errors::invalid_value("SNSTopic", *configuration.SNSTopic);
  }
  if (!configuration.Events || configuration.Events->empty()) return errors::missing("Events");
  for (const std::string& event : *configuration.Events) {
    if (std::find(kEvents.begin(), kEvents.end(), event) == kEvents.end()) {
      return errors::invalid_value("Events", event);
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> topic_for(const storage::Reader& reader, const VaultRef& vault,
                                     std::string_view event) {
  const auto configuration = find(reader, vault);
  if (!configuration || !configuration->Events) return std::nullopt;
  const auto& events = *configuration->Events;
  if (std::find(events.begin(), events.end(), event) == events.end()) return std::nullopt;
  return configuration->SNSTopic;
}

Result<Unit> set_vault_notifications(Context& ctx, const api::SetVaultNotificationsInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "SetVaultNotifications"));
  if (!req.vaultNotificationConfig) return errors::missing("vaultNotificationConfig");
  CUMULITE_TRY(check(*req.vaultNotificationConfig));
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(load_vault(txn, vault));
    txn.put(spaces::kGlacier, notifications_key(vault),
            encode_shape(notifications_shape(), &*req.vaultNotificationConfig));
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

Result<api::GetVaultNotificationsOutput> get_vault_notifications(
    Context& ctx, const api::GetVaultNotificationsInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "GetVaultNotifications"));
  auto configuration = find(ctx.env.store, vault);
  if (!configuration) return errors::no_notifications(vault.arn());
  return api::GetVaultNotificationsOutput{std::move(configuration)};
}

Result<Unit> delete_vault_notifications(Context& ctx,
                                        const api::DeleteVaultNotificationsInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "DeleteVaultNotifications"));
  ctx.env.store.transact(vault_domains(vault), [&](storage::Txn& txn) {
    txn.del(spaces::kGlacier, notifications_key(vault));
  });
  return Unit{};
}

}  // namespace cumulite::glacier
