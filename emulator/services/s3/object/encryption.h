#pragma once

#include <optional>
#include <string>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// A client's own key (SSE-C), checked.
struct CustomerKey {
  std::string key;  ///< 32 raw bytes; empty: none was sent.
  std::string md5;  ///< Base64, as sent.

  explicit operator bool() const { return !key.empty(); }
};

/// The answer to a key that is not the object's.
Error wrong_customer_key();
/// The answer to a write that asks for encryption by S3 and by the client's key.
Error two_encryptions(const std::string& algorithm);

/// The three SSE-C headers. Errors: InvalidArgument, InvalidEncryptionAlgorithmError.
Result<CustomerKey> read_customer_key(const std::optional<std::string>& algorithm,
                                      const std::optional<std::string>& key,
                                      const std::optional<std::string>& md5);

/// SSE headers of a write, as far as they were sent.
struct EncryptionRequest {
  const std::optional<std::string>& algorithm;
  const std::optional<std::string>& kms_key_id;
  const std::optional<std::string>& kms_context;
  const std::optional<bool>& bucket_key;
};

/// How the new object is encrypted: by the client's key, as asked, or by the bucket's default.
Result<EncryptionRecord> choose_encryption(const Context& ctx, const BucketRecord& bucket,
                                           const EncryptionRequest& asked, const CustomerKey& key);

/// Whether the request brought the key that the object needs, and none that it does not need.
/// Errors: InvalidRequest, AccessDenied.
Result<void> check_customer_key(const ObjectRecord& record, const CustomerKey& key);

template <class Request>
Result<CustomerKey> customer_key_of(const Request& req) {
  if constexpr (requires { req.ServerSideEncryption; }) {
    if (req.ServerSideEncryption && req.SSECustomerAlgorithm) {
      return two_encryptions(*req.ServerSideEncryption);
    }
  }
  return read_customer_key(req.SSECustomerAlgorithm, req.SSECustomerKey, req.SSECustomerKeyMD5);
}

template <class Request>
EncryptionRequest encryption_asked(const Request& req) {
  return {req.ServerSideEncryption, req.SSEKMSKeyId, req.SSEKMSEncryptionContext,
          req.BucketKeyEnabled};
}

}  // namespace cumulite::s3
