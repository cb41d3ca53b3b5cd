#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "protocol/sigv4/parsed_auth.h"

namespace cumulite {

/// A key and whose it is.
struct Identity {
  sigv4::Credentials credentials;
  std::string account_id;
  std::string canonical_user_id;
  std::string display_name;
};

/// A key that a service of the daemon gave out: STS's of a session, IAM's of a user.
struct IssuedKey {
  Identity identity;
  std::string arn;      ///< Who calls with it: "arn:aws:sts::...:assumed-role/name/session".
  std::string user_id;  ///< "AROA...:session", "AIDA...".
  std::int64_t expires_ms = 0;  ///< Virtual time of the account; 0: never.
  char owner = 0;               ///< Which service keeps its row: 's' STS, 'i' IAM.
};

/// The issued keys in memory, an index of their services' rows. Thread-safe.
class IssuedKeys {
 public:
  void put(IssuedKey key);
  void remove(std::string_view access_key_id);
  /// Forgets what the service issued to the account (empty: to all).
  void forget(char owner, std::string_view account);
  /// Null if nobody issued it.
  std::shared_ptr<const IssuedKey> find(std::string_view access_key_id) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<const IssuedKey>, std::less<>> keys_;
  /// Most daemons issue none: their requests do not even take the lock.
  std::atomic<std::size_t> size_ = 0;
};

}  // namespace cumulite
