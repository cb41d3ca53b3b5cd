#include "emulator/services/kms/key.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/aes_gcm.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/field_table.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::kms {
// Tags are what is on disk: a member keeps its own, and one that goes leaves a gap.
void Material::fields(auto& self, auto&& field) {
  field(1, self.id);
  field(2, self.bytes);
  field(3, self.created_ms);
  field(4, self.rotation);
}

void Key::fields(auto& self, auto&& field) {
  field(1, self.id);
  field(2, self.description);
  field(3, self.usage);
  field(4, self.spec);
  field(5, self.origin);
  field(6, self.policy);
  field(7, self.managed_alias);
  field(8, self.created_ms);
  field(9, self.deletion_ms);
  field(10, self.is_disabled);
  field(11, self.is_multi_region);
  field(12, self.rotation_days);
  field(13, self.rotation_ms);
  field(14, self.tags);
  field(15, self.materials);
}

void Alias::fields(auto& self, auto&& field) {
  field(1, self.name);
  field(2, self.key_id);
  field(3, self.created_ms);
  field(4, self.updated_ms);
}

Material::~Material() {
  aes_gcm::wipe(bytes);
}

std::string_view Key::state() const {
  if (deletion_ms != 0) return "PendingDeletion";
  if (materials.empty()) return "PendingImport";
  return is_disabled ? "Disabled" : "Enabled";
}

const Material* Key::find_material(std::string_view material_id) const {
  const auto found = std::find_if(materials.begin(), materials.end(),
                                  [&](const Material& one) { return one.id == material_id; });
  return found == materials.end() ? nullptr : &*found;
}

std::string Place::key_arn(std::string_view id) const {
  return fmt::format("arn:aws:kms:{}:{}:key/{}", region, account, id);
}

std::string Place::alias_arn(std::string_view name) const {
  return fmt::format("arn:aws:kms:{}:{}:{}", region, account, name);
}

namespace keys {

std::string all_keys(const Place& place) {
  return scope_key(place.account, place.region, 'k');
}

std::string key(const Place& place, std::string_view id) {
  return all_keys(place).append(id);
}

std::string all_aliases(const Place& place) {
  return scope_key(place.account, place.region, 'a');
}

std::string alias(const Place& place, std::string_view name) {
  return all_aliases(place).append(name);
}

std::string all_grants(const Place& place) {
  return scope_key(place.account, place.region, 'g');
}

std::string grant(const Place& place, std::string_view id) {
  return all_grants(place).append(id);
}

}  // namespace keys

storage::Domains place_domains(const Place& place) {
  // The three kinds of rows of a place, and those of no other.
  return {storage::Domain::exclusive_on(spaces::kKms, keys::all_keys(place)),
          storage::Domain::exclusive_on(spaces::kKms, keys::all_aliases(place)),
          storage::Domain::exclusive_on(spaces::kKms, keys::all_grants(place))};
}

std::string encode_key(const Key& key) {
  return encode_fields(key);
}

Key decode_key(std::string_view bytes) {
  return decode_fields<Key>(bytes);
}

std::string encode_alias(const Alias& alias) {
  return encode_fields(alias);
}

Alias decode_alias(std::string_view bytes) {
  return decode_fields<Alias>(bytes);
}

std::optional<Key> load_key(const storage::Reader& reader, const Place& place,
                            std::string_view id) {
  const auto row = reader.get(spaces::kKms, keys::key(place, id));
  if (!row) return std::nullopt;
  return decode_key(*row);
}

void store_key(storage::Txn& txn, const Place& place, const Key& key) {
  txn.put(spaces::kKms, keys::key(place, key.id), encode_key(key));
}

std::optional<Alias> load_alias(const storage::Reader& reader, const Place& place,
                                std::string_view name) {
  const auto row = reader.get(spaces::kKms, keys::alias(place, name));
  if (!row) return std::nullopt;
  return decode_alias(*row);
}

std::vector<Alias> all_aliases(const storage::Reader& reader, const Place& place) {
  constexpr std::size_t kStep = 500;
  std::string from = keys::all_aliases(place);
  const std::string to = storage::prefix_end(from);
  std::vector<Alias> found;
  while (true) {
    const auto page = reader.range(spaces::kKms, from, to, {.limit = kStep});
    for (const auto& row : page.rows) {
      found.push_back(decode_alias(row.value));
      from = row.key + '\0';
    }
    if (!page.more) return found;
  }
}

}  // namespace cumulite::kms
