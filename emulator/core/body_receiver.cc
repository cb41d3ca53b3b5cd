#include "emulator/core/body_receiver.h"

#include <fmt/format.h>

#include "protocol/sigv4/verifier.h"

namespace cumulite {

BodyReceiver::BodyReceiver(storage::BlobStore& blobs, const http::Request& request, Options options)
    : request_(request), options_(std::move(options)), spool_(blobs.make_spool()) {
  for (const auto algorithm : options_.plan.digests) {
    hashers_.emplace_back(algorithm, checksum::make_hasher(algorithm));
  }
  if (options_.check_payload_hash) {
    payload_hasher_ = checksum::make_hasher(checksum::Algorithm::kSha256);
  }
  if (options_.chunked) {
    decoder_.emplace(*options_.chunked, [this](std::string_view decoded) { take(decoded); });
  }
}

void BodyReceiver::take(std::string_view decoded) {
  for (auto& [algorithm, hasher] : hashers_) hasher->update(decoded);
  spool_->append(decoded);
}

Result<void> BodyReceiver::feed(std::string_view piece) {
  if (payload_hasher_) payload_hasher_->update(piece);
  if (decoder_) {
    CUMULITE_TRY(decoder_->feed(piece));
  } else {
    take(piece);
  }
  if (spool_->size_bytes() > options_.plan.bytes_max) {
    return entity_too_large(spool_->size_bytes(), options_.plan.bytes_max);
  }
  return {};
}

Result<ReceivedBody> BodyReceiver::finish() {
  ReceivedBody body;
  if (decoder_) {
    CUMULITE_TRY(decoder_->finish());
    body.trailers = decoder_->trailers();
  }
  if (payload_hasher_) {
    const std::string hash = checksum::hex(payload_hasher_->finish());
    auto verdict = sigv4::check_payload_hash(request_, hash);
    if (!verdict.ok() && !options_.on_bad_hash) return std::move(verdict).error();
    if (!verdict.ok()) options_.on_bad_hash(verdict.error());
  }
  for (auto& [algorithm, hasher] : hashers_) {
    body.digests.emplace_back(algorithm, hasher->finish());
  }
  body.spool = std::move(spool_);
  return body;
}

Error entity_too_large(std::uint64_t size, std::uint64_t size_max) {
  return Error{"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400}
      .with("ProposedSize", fmt::to_string(size))
      .with("MaxSizeAllowed", fmt::to_string(size_max));
}

}  // namespace cumulite
