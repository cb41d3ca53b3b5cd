#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/core/issued_keys.h"
#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"

namespace cumulite {

/// The keys that `--auth=enforce` knows: those of the file, read-only after loading, and those that
/// STS and IAM issue.
class CredentialStore {
 public:
  /// Holds test/test of the default account.
  explicit CredentialStore(std::string_view default_account);

  /// Adds the entries of a JSON array of `{"access_key_id", "secret_access_key", "account_id",
  /// "canonical_user_id", "display_name", "session_token"}`; the first two are required.
  Result<void> load(std::string_view json_text);

  /// The key's identity, or null. That of an issued key lives until the thread's next look-up.
  const Identity* find(std::string_view access_key_id) const;
  const sigv4::Credentials* find_credentials(std::string_view access_key_id) const;
  /// Account of a key: that of its entry, the key itself if it is 12 digits, else the default.
  std::string_view account_of(std::string_view access_key_id) const;

  /// Keys of sessions and users. Services put theirs in and take them out.
  IssuedKeys& issued() const { return *issued_; }

 private:
  std::string default_account_;
  std::unique_ptr<IssuedKeys> issued_ = std::make_unique<IssuedKeys>();
  std::map<std::string, Identity, std::less<>> identities_;
};

/// S3's owner id of an account that has none of its own: 64 hexadecimal digits.
std::string canonical_user_id_of(std::string_view account_id);

}  // namespace cumulite
