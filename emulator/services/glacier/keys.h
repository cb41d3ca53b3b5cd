#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/kv/store.h"

namespace cumulite::glacier {

/// Names a vault: unique in an account's region.
struct VaultRef {
  std::string account;
  std::string region;
  std::string name;

  /// "arn:aws:glacier:REGION:ACCOUNT:vaults/NAME".
  std::string arn() const;
  /// "/ACCOUNT/vaults/NAME", as Location headers begin.
  std::string path() const;
};

/// Keys of Glacier's rows, all in space kGlacier; made and parsed only here.
///
/// Each begins with account and region, then
///   v NAME          the vault itself
///   c NAME TYPE ... what the vault holds, by Content; archives, uploads and jobs in order of
///                   creation, as their ids tell it (ids.h)
///   a WHAT          what the account has in the region, by AccountRow
namespace keys {

enum class Content : char {
  kArchive = 'a',
  kArchiveBody = 'b',  ///< The pieces of an archive made of parts.
  kDeleted = 'd',      ///< Archives that were deleted since the last inventory, which lists them.
  kUpload = 'u',
  kPart = 'p',            ///< `upload id, offset`.
  kFinishedUpload = 'f',  ///< What became of an upload: repeated calls are answered from it.
  kJob = 'j',
  kJobOutput = 'o',
  kConfiguration = 'x',  ///< By Configuration.
};

enum class Configuration : char {
  kNotifications = 'n',
  kAccessPolicy = 'p',
  kLock = 'l',
  kTags = 't',
};

enum class AccountRow : char {
  kRetrievalPolicy = 'p',
  kUsage = 'u',
  kProvisionedCapacity = 'c',
  kExpeditedCapacity = 'x',
};

/// Prefix of every row of an account.
std::string account(std::string_view account);
/// Prefix of the rows of all vaults; a vault's name follows.
std::string vaults(std::string_view account, std::string_view region);
std::string vault(const VaultRef& vault);
/// Prefix of everything that the vault holds.
std::string contents(const VaultRef& vault);
/// Prefix of all of one type.
std::string contents(const VaultRef& vault, Content type);
/// Row of an archive, upload or job; empty for an id that was never given out.
std::string content(const VaultRef& vault, Content type, std::string_view id);
/// Prefix of the parts of an upload, and one of them.
std::string parts(const VaultRef& vault, std::string_view upload_id);
std::string part(const VaultRef& vault, std::string_view upload_id, std::uint64_t offset);
std::uint64_t part_offset(std::string_view key);
std::string configuration(const VaultRef& vault, Configuration which);
std::string account_row(std::string_view account, std::string_view region, AccountRow which);
/// Id of an archive, upload or job row.
std::string id_of(std::string_view key, std::string_view contents_prefix);
/// Type of a row that some vault of the account holds; 0 for other rows.
char content_type(std::string_view key);

}  // namespace keys

/// For a transaction that writes a vault or what it holds.
storage::Domains vault_domains(const VaultRef& vault);
/// Adds the account's row to the domains.
storage::Domain account_domain(std::string_view account, std::string_view region,
                               keys::AccountRow which);

}  // namespace cumulite::glacier
