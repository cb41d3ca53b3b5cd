#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/kv/store.h"

/// Keys and aliases, and their rows: `fields` lists tag and member
/// (emulator/core/records/field_table.h).
namespace cumulite::kms {

inline constexpr std::string_view kAliasPrefix = "alias/";
inline constexpr std::string_view kManagedPrefix = "alias/aws/";

/// What a key works with, at one time of its life: a rotation adds one, and the older ones still
/// decrypt what they encrypted.
struct Material {
  std::string id;     ///< 64 hexadecimal digits.
  std::string bytes;  ///< 32 bytes, the bytes of a MAC, or PKCS #8 in DER.
  std::int64_t created_ms = 0;
  std::string rotation;  ///< "AUTOMATIC", "ON_DEMAND"; empty: the first one.

  Material() = default;
  Material(const Material&) = default;
  Material(Material&&) = default;
  Material& operator=(const Material&) = default;
  Material& operator=(Material&&) = default;
  ~Material();  ///< Leaves no bytes in memory.

  static void fields(auto& self, auto&& field);
};

struct Key {
  std::string id;
  std::string description;
  std::string usage;
  std::string spec;
  std::string origin;
  std::string policy;
  std::string managed_alias;  ///< "alias/aws/s3": AWS manages it. Empty: the customer does.
  std::int64_t created_ms = 0;
  std::int64_t deletion_ms = 0;  ///< When it goes; 0: it stays.
  bool is_disabled = false;
  bool is_multi_region = false;
  std::int32_t rotation_days = 0;  ///< The period, also while rotation is off; 0: never asked for.
  std::int64_t rotation_ms = 0;    ///< When it rotates by itself; 0: it does not.
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<Material> materials;  ///< The oldest first; none: it waits for its import.

  static void fields(auto& self, auto&& field);

  bool is_symmetric() const { return spec == "SYMMETRIC_DEFAULT"; }

  /// "Enabled", "Disabled", "PendingDeletion", "PendingImport".
  std::string_view state() const;
  const Material* find_material(std::string_view id) const;
};

struct Alias {
  std::string name;    ///< With "alias/".
  std::string key_id;  ///< In the alias's own account and Region.
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;

  static void fields(auto& self, auto&& field);
};

/// Where a key or an alias is: names are unique in it.
struct Place {
  std::string account;
  std::string region;

  bool operator==(const Place&) const = default;
  std::string key_arn(std::string_view id) const;
  /// `name` with "alias/".
  std::string alias_arn(std::string_view name) const;
};

/// Keys of space kKms, made only here: account and region, then
///   k ID     a key
///   a NAME   an alias
///   g ID     a grant
namespace keys {

std::string all_keys(const Place& place);
std::string key(const Place& place, std::string_view id);
std::string all_aliases(const Place& place);
std::string alias(const Place& place, std::string_view name);
std::string all_grants(const Place& place);
std::string grant(const Place& place, std::string_view id);

}  // namespace keys

/// For a transaction that changes keys or aliases: they refer to each other, and change rarely.
storage::Domains place_domains(const Place& place);

/// Decoding throws storage::StorageError on a corrupt row.
std::string encode_key(const Key& key);
Key decode_key(std::string_view bytes);
std::string encode_alias(const Alias& alias);
Alias decode_alias(std::string_view bytes);

std::optional<Key> load_key(const storage::Reader& reader, const Place& place, std::string_view id);
void store_key(storage::Txn& txn, const Place& place, const Key& key);
std::optional<Alias> load_alias(const storage::Reader& reader, const Place& place,
                                std::string_view name);
/// All aliases of a place, by name.
std::vector<Alias> all_aliases(const storage::Reader& reader, const Place& place);

}  // namespace cumulite::kms
