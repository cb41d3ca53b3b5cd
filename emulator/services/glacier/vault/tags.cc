#include "emulator/services/glacier/vault/tags.h"

#include <algorithm>

#include "emulator/core/records/shape_codec.h"
#include "emulator/core/spaces.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/vault/vaults.h"

namespace cumulite::glacier {

namespace {

constexpr std::size_t kTagsMax = 10;
constexpr std::size_t kKeyMax = 128;
constexpr std::size_t kValueMax = 256;

const model::Shape& tags_shape() {
  return input_member_shape(api::op::AddTagsToVault::info(), "Tags");
}

std::string tags_key(const VaultRef& vault) {
  return keys::configuration(vault, keys::Configuration::kTags);
}

void save_tags(storage::Txn& txn, const VaultRef& vault, const model::Map<std::string>& tags) {
  txn.put(spaces::kGlacier, tags_key(vault), encode_shape(tags_shape(), &tags));
}

/// Limits are in characters of UTF-8 text.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Result<void> check_tag(const std::string& key, const std::string& value) {
  if (key.empty() || characters(key) > kKeyMax || key.starts_with("aws:")) {
    return errors::invalid_value("tag key", key);
  }
  if (characters(value) > kValueMax) return errors::invalid_value("tag value", value);
  return {};
}

}  // namespace

model::Map<std::string> load_tags(const storage::Reader& reader, const VaultRef& vault) {
  model::Map<std::string> tags;
  if (const auto row = reader.get(spaces::kGlacier, tags_key(vault))) {
    decode_shape(tags_shape(), *row, &tags);
  }
  return tags;
}

Result<Unit> add_tags_to_vault(Context& ctx, const api::AddTagsToVaultInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "AddTagsToVault"));
  if (!req.Tags || req.Tags->empty()) return errors::missing("Tags");
  for (const auto& [key, value] : *req.Tags) CUMULITE_TRY(check_tag(key, value));
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(load_vault(txn, vault));
    auto tags = load_tags(txn, vault);
    for (const auto& [key, value] : *req.Tags) {
      const auto same = std::find_if(tags.begin(), tags.end(),
                                     [&key = key](const auto& tag) { return tag.first == key; });
      if (same == tags.end()) {
        tags.emplace_back(key, value);
      } else {
        same->second = value;
      }
    }
    if (tags.size() > kTagsMax) {
      return errors::limit_exceeded("The maximum number of tags per vault is 10.");
    }
    save_tags(txn, vault, tags);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

Result<Unit> remove_tags_from_vault(Context& ctx, const api::RemoveTagsFromVaultInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "RemoveTagsFromVault"));
  if (!req.TagKeys || req.TagKeys->empty()) return errors::missing("TagKeys");
  const auto write = [&](storage::Txn& txn) -> Result<void> {
    CUMULITE_TRY(load_vault(txn, vault));
    auto tags = load_tags(txn, vault);
    std::erase_if(tags, [&](const auto& tag) {
      return std::find(req.TagKeys->begin(), req.TagKeys->end(), tag.first) != req.TagKeys->end();
    });
    save_tags(txn, vault, tags);
    return {};
  };
  CUMULITE_TRY(ctx.env.store.transact(vault_domains(vault), write));
  return Unit{};
}

Result<api::ListTagsForVaultOutput> list_tags_for_vault(Context& ctx,
                                                        const api::ListTagsForVaultInput& req) {
  CUMULITE_ASSIGN(const VaultRef vault,
                  open_vault(ctx, req.accountId, req.vaultName, "ListTagsForVault"));
  return api::ListTagsForVaultOutput{load_tags(ctx.env.store, vault)};
}

}  // namespace cumulite::glacier
