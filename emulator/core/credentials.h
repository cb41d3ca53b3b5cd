#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"

namespace cumulite {

/// A key and whose it is.
struct Identity {
  sigv4::Credentials credentials;
  std::string account_id;
  std::string canonical_user_id;
  std::string display_name;
};

/// The keys that `--auth=enforce` knows. Read-only after loading, so it needs no lock.
class CredentialStore {
 public:
  /// Holds test/test of the default account.
  explicit CredentialStore(std::string_view default_account);

  /// Adds the entries of a JSON array of `{"access_key_id", "secret_access_key", "account_id",
  /// "canonical_user_id", "display_name", "session_token"}`; the first two are required.
  Result<void> load(std::string_view json_text);

  /// The key's identity, or null.
  const Identity* find(std::string_view access_key_id) const;
  const sigv4::Credentials* find_credentials(std::string_view access_key_id) const;
  /// Account of a key: that of its entry, the key itself if it is 12 digits, else the default.
  std::string_view account_of(std::string_view access_key_id) const;

 private:
  std::string default_account_;
  std::map<std::string, Identity, std::less<>> identities_;
};

/// S3's owner id of an account that has none of its own: 64 hexadecimal digits.
std::string canonical_user_id_of(std::string_view account_id);

}  // namespace cumulite
