#include "emulator/services/glacier/keys.h"

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/glacier/ids.h"
#include "storage/kv/key_codec.h"

namespace cumulite::glacier {

namespace {

constexpr char kVault = 'v';
constexpr char kContents = 'c';
constexpr char kAccountRow = 'a';

std::string scope(std::string_view account, std::string_view region, char type) {
  std::string key;
  storage::append_part(key, account);
  storage::append_part(key, region);
  key.push_back(type);
  return key;
}

}  // namespace

std::string VaultRef::arn() const {
  return fmt::format("arn:aws:glacier:{}:{}:vaults/{}", region, account, name);
}

std::string VaultRef::path() const {
  return fmt::format("/{}/vaults/{}", account, name);
}

namespace keys {

std::string account(std::string_view account) {
  std::string key;
  storage::append_part(key, account);
  return key;
}

std::string vaults(std::string_view account, std::string_view region) {
  return scope(account, region, kVault);
}

std::string vault(const VaultRef& vault) {
  return vaults(vault.account, vault.region) + vault.name;
}

std::string contents(const VaultRef& vault) {
  std::string key = scope(vault.account, vault.region, kContents);
  storage::append_part(key, vault.name);
  return key;
}

std::string contents(const VaultRef& vault, Content type) {
  std::string key = contents(vault);
  key.push_back(static_cast<char>(type));
  return key;
}

std::string content(const VaultRef& vault, Content type, std::string_view id) {
  const auto created_ms = ids::time_of(id);
  if (!created_ms) return {};
  std::string key = contents(vault, type);
  storage::append_i64(key, *created_ms);
  return key.append(id);
}

std::string parts(const VaultRef& vault, std::string_view upload_id) {
  std::string key = contents(vault, Content::kPart);
  storage::append_part(key, upload_id);
  return key;
}

std::string part(const VaultRef& vault, std::string_view upload_id, std::uint64_t offset) {
  std::string key = parts(vault, upload_id);
  storage::append_u64(key, offset);
  return key;
}

std::uint64_t part_offset(std::string_view key) {
  std::string_view end = key.substr(key.size() - sizeof(std::uint64_t));
  return storage::take_u64(end).value_or(0);
}

std::string configuration(const VaultRef& vault, Configuration which) {
  std::string key = contents(vault, Content::kConfiguration);
  key.push_back(static_cast<char>(which));
  return key;
}

std::string account_row(std::string_view account, std::string_view region, AccountRow which) {
  std::string key = scope(account, region, kAccountRow);
  key.push_back(static_cast<char>(which));
  return key;
}

std::string id_of(std::string_view key, std::string_view contents_prefix) {
  return std::string(key.substr(contents_prefix.size() + sizeof(std::int64_t)));
}

char content_type(std::string_view key) {
  if (!storage::take_part(key) || !storage::take_part(key) || !key.starts_with(kContents)) return 0;
  key.remove_prefix(1);
  if (!storage::take_part(key) || key.empty()) return 0;
  return key.front();
}

}  // namespace keys

storage::Domains vault_domains(const VaultRef& vault) {
  return {storage::Domain::exclusive_on(spaces::kGlacier, keys::vault(vault)),
          storage::Domain::exclusive_on(spaces::kGlacier, keys::contents(vault))};
}

storage::Domain account_domain(std::string_view account, std::string_view region,
                               keys::AccountRow which) {
  return storage::Domain::exclusive_on(spaces::kGlacier, keys::account_row(account, region, which));
}

}  // namespace cumulite::glacier
