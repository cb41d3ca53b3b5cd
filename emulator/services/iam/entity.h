#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/context.h"
#include "storage/kv/store.h"

namespace cumulite::iam {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The kinds of rows of space kIam: account, then the kind and the name in lower case, since two
/// names that differ in case only exclude each other.
enum class Kind : char {
  kRole = 'r',
  kUser = 'u',
  kPolicy = 'p',
  kInstanceProfile = 'i',
  kAccessKey = 'k',
  kGroup = 'g',
  kLoginProfile = 'l',  ///< By the name of its user.
  kDeletionTask = 't',  ///< Of a service-linked role, by the task's id.
};

/// A row of any kind: what each of them has is a part of this, and the rest stays empty.
struct Entity {
  std::string name;
  std::string path = "/";
  std::string
      id;  ///< "AROA...", "AIDA...", "AGPA...", "ANPA...", "AIPA..."; an access key's secret.
  std::string description;
  std::string trust;            ///< Roles: who may assume them.
  std::string boundary;         ///< Roles, users: ARN of the permissions boundary.
  std::string owner;            ///< Instance profiles: their role. Access keys: their user.
  std::string default_version;  ///< Policies.
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::int64_t session_seconds = 0;  ///< Roles: the longest session.
  std::uint64_t last_version = 0;    ///< Policies: the number of the last version made.
  bool is_inactive = false;          ///< Access keys.
  bool must_reset = false;           ///< Login profiles: the password, at the next sign-in.
  Pairs tags;
  Pairs documents;  ///< Roles, users, groups: inline policies by name. Policies: versions by id.
  Pairs times;      ///< Policies: creation of versions, by id, in milliseconds.
  std::vector<std::string> attached;  ///< Roles, users, groups: ARNs of managed policies.
  std::vector<std::string> groups;    ///< Users: names of theirs.
};

std::string encode_entity(const Entity& entity);
/// Throws storage::StorageError on a corrupt row.
Entity decode_entity(std::string_view bytes);

/// Everything of an account is guarded together: its identities refer to each other, and change
/// rarely.
storage::Domains iam_domains(const Context& ctx);

std::optional<Entity> load(const Context& ctx, const storage::Reader& reader, Kind kind,
                           std::string_view name);
void store(const Context& ctx, storage::Txn& txn, Kind kind, const Entity& entity);
void erase(const Context& ctx, storage::Txn& txn, Kind kind, std::string_view name);
/// All of a kind, by name.
std::vector<Entity> load_all(const Context& ctx, const storage::Reader& reader, Kind kind);

/// "arn:aws:iam::ACCOUNT:role/path/name".
std::string arn_of(const Context& ctx, Kind kind, const Entity& entity);
/// A new id with that beginning.
std::string new_id(std::string_view prefix);

/// Value of a key, or null.
const std::string* find(const Pairs& pairs, std::string_view key);
/// Adds or replaces.
void put(Pairs& pairs, const std::string& key, std::string value);

}  // namespace cumulite::iam
