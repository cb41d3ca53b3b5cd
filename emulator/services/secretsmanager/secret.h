#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/kv/store.h"

/// Secrets, and their rows: `fields` lists tag and member (emulator/core/records/field_table.h).
namespace cumulite::secretsmanager {

inline constexpr std::string_view kCurrent = "AWSCURRENT";
inline constexpr std::string_view kPrevious = "AWSPREVIOUS";
inline constexpr std::string_view kPending = "AWSPENDING";

/// A version of a secret without its value, which has a row of its own.
struct Version {
  std::string id;
  std::vector<std::string> stages;  ///< In order; none: deprecated.
  std::int64_t created_ms = 0;
  std::int64_t accessed_ms = 0;  ///< The day; 0: never.

  bool has_stage(std::string_view stage) const;
  static void fields(auto& self, auto&& field);
};

/// How a secret gets new values by itself.
struct Rotation {
  std::string function_arn;  ///< Empty: it was never asked for.
  bool is_on = false;
  std::int64_t interval_ms = 0;  ///< 0: only when asked for.
  std::string schedule;          ///< "rate(10 days)", as it was given.
  std::string duration;          ///< "3h", likewise.
  std::int64_t last_ms = 0;      ///< 0: never yet.
  std::int64_t next_ms = 0;      ///< When its window opens; 0: nobody knows.

  static void fields(auto& self, auto&& field);
};

struct Secret {
  std::string name;
  std::string suffix;  ///< Six characters, new each time that the name is taken.
  std::string description;
  std::string kms_key_id;
  std::string policy;
  std::string type;
  std::int64_t created_ms = 0;
  std::int64_t changed_ms = 0;
  std::int64_t accessed_ms = 0;
  std::int64_t deletion_ms = 0;  ///< When it goes; 0: it stays.
  bool tagged = false;           ///< It has, or once had, tags: an empty list is shown then.
  std::vector<std::pair<std::string, std::string>> tags;
  Rotation rotation;
  std::vector<Version> versions;  ///< In order of creation.

  Version* find_version(std::string_view id);
  Version* find_stage(std::string_view stage);
  static void fields(auto& self, auto&& field);
};

/// Gives the version these stages and takes them from the others. Who loses AWSCURRENT gets
/// AWSPREVIOUS, which its holder loses, and no longer has AWSPENDING.
void move_stages(Secret& secret, std::string_view version_id,
                 const std::vector<std::string>& stages);

/// Names a secret: unique in an account's region.
struct SecretRef {
  std::string account;
  std::string region;
  std::string name;

  std::string arn(std::string_view suffix) const;
};

/// Keys of space kSecretsManager, made only here: account and region, then
///   s NAME                     the secret
///   v NAME SUFFIX version-id   a version's value
namespace keys {

std::string secrets(std::string_view account, std::string_view region);
std::string secret(const SecretRef& ref);
/// Prefix of the values of a secret.
std::string values(const SecretRef& ref);
std::string value(const SecretRef& ref, std::string_view suffix, std::string_view version_id);

}  // namespace keys

/// For a transaction that changes a secret.
storage::Domains secret_domains(const SecretRef& ref);

std::string encode_secret(const Secret& secret);
/// Throws storage::StorageError on a corrupt row.
Secret decode_secret(std::string_view bytes);

/// What a version holds: text or bytes.
struct Value {
  bool is_binary = false;
  std::string bytes;

  bool operator==(const Value&) const = default;

  std::string encode() const { return (is_binary ? 'b' : 's') + bytes; }

  static Value decode(std::string_view row) {
    return {row.starts_with('b'), std::string(row.substr(row.empty() ? 0 : 1))};
  }
};

}  // namespace cumulite::secretsmanager
