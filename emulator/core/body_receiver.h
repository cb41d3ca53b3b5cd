#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/received_body.h"
#include "protocol/checksum/checksum.h"
#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/sigv4/chunked_body.h"
#include "storage/blob/blob_store.h"

namespace cumulite {

/// Takes the body of a streaming operation piece by piece: decodes aws-chunked, checks its
/// signatures, hashes and spools, all in one pass and constant memory.
/// After an error it takes nothing more.
class BodyReceiver {
 public:
  struct Options {
    BodyPlan plan;
    /// How the body is encoded; absent: as it is.
    std::optional<sigv4::ChunkedBodyOptions> chunked = {};
    /// Compare the body with the hash that x-amz-content-sha256 announces.
    bool check_payload_hash = false;
    /// Present: it is told of another hash, which is then not refused.
    std::function<void(const Error& error)> on_bad_hash = {};
  };

  BodyReceiver(storage::BlobStore& blobs, const http::Request& request, Options options);
  BodyReceiver(const BodyReceiver&) = delete;
  BodyReceiver& operator=(const BodyReceiver&) = delete;

  /// Errors: those of the decoder, `EntityTooLarge`. Throws StorageError.
  Result<void> feed(std::string_view piece);
  /// Once, at the end of the body. Errors: those of the decoder, `XAmzContentSHA256Mismatch`.
  Result<ReceivedBody> finish();

 private:
  void take(std::string_view decoded);

  const http::Request& request_;
  Options options_;
  std::unique_ptr<storage::Spool> spool_;
  std::vector<std::pair<checksum::Algorithm, std::unique_ptr<checksum::Hasher>>> hashers_;
  std::unique_ptr<checksum::Hasher> payload_hasher_;
  std::optional<sigv4::ChunkedBodyDecoder> decoder_;
};

/// "Your proposed upload exceeds the maximum allowed object size."
Error entity_too_large(std::uint64_t size, std::uint64_t size_max);

}  // namespace cumulite
