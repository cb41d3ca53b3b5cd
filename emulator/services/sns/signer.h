#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "storage/kv/store.h"

namespace cumulite::sns {

/// Signs messages as SNS does: RSA with SHA-1 (version 1) or SHA-256 (version 2) by a key that is
/// made once for a data directory, with a certificate that the daemon serves. Thread-safe.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
class Signer {
 public:
  explicit Signer(storage::Store& store);
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  /// Base64. Must not be called inside a transaction: it may make the key.
  std::string sign(std::string_view text, std::string_view version);
  /// PEM.
  std::string certificate();
  /// "SimpleNotificationService-HASH.pem"
  std::string certificate_name();

 private:
  struct Keys;

  /// Reads or makes the key.
  Keys& keys();

  storage::Store& store_;
  std::mutex mutex_;
  std::unique_ptr<Keys> keys_;  // mutex_; never changes once it is set.
};

}  // namespace cumulite::sns
