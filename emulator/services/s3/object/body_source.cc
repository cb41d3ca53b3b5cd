#include "emulator/services/s3/object/body_source.h"

#include <optional>
#include <utility>

#include "emulator/services/s3/object/cipher.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

/// Decrypts what another source reads.
class DecryptingSource final : public http::BodySource {
 public:
  DecryptingSource(std::unique_ptr<http::BodySource> sealed, std::vector<SealedSegment> segments,
                   std::string customer_key)
      : sealed_(std::move(sealed)),
        segments_(std::move(segments)),
        customer_key_(std::move(customer_key)) {}

  std::size_t read(char* data, std::size_t size) override {
    // All of one segment: that is how they are streamed.
    const std::size_t count = sealed_->read(data, size);
    if (count == 0) return 0;
    if (left_ == 0) begin(segments_.at(next_++));
    if (cipher_) cipher_->apply(data, count);
    left_ -= count;
    return count;
  }

 private:
  void begin(const SealedSegment& segment) {
    left_ = segment.bytes.range.length;
    cipher_.reset();
    if (segment.nonce.empty()) return;
    cipher_.emplace(customer_key_, segment.nonce, segment.bytes.range.offset);
  }

  std::unique_ptr<http::BodySource> sealed_;
  std::vector<SealedSegment> segments_;
  std::string customer_key_;
  std::size_t next_ = 0;
  std::uint64_t left_ = 0;  // Of the segment before `next_`.
  std::optional<BodyCipher> cipher_;
};

}  // namespace

std::vector<SealedSegment> segments_of(const storage::Reader& reader, const BucketRecord& bucket,
                                       std::string_view key, const ObjectRecord& record,
                                       const ByteRange& range) {
  std::vector<SealedSegment> segments;
  const auto cut = [&](const storage::BlobRef& blob, const std::string& nonce,
                       std::uint64_t start) {
    if (auto bytes = cut_segment(blob, start, range)) segments.push_back({*bytes, nonce});
  };
  if (record.part_count == 0) {
    cut(record.blob, record.encryption.nonce, 0);
    return segments;
  }
  std::uint64_t start = 0;
  for (const PartRecord& part : read_parts(reader, bucket, key, record)) {
    cut(part.blob, part.nonce, start);
    start += part.size_bytes;
  }
  return segments;
}

std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<SealedSegment> segments,
                                                  std::string customer_key) {
  std::vector<BodySegment> bytes;
  bool is_sealed = false;
  for (const SealedSegment& segment : segments) {
    bytes.push_back(segment.bytes);
    is_sealed = is_sealed || !segment.nonce.empty();
  }
  auto source = cumulite::stream_segments(blobs, std::move(bytes));
  if (!is_sealed) return source;
  return std::make_unique<DecryptingSource>(std::move(source), std::move(segments),
                                            std::move(customer_key));
}

ReceivedBody copy_segments(storage::BlobStore& blobs, std::vector<SealedSegment> segments,
                           const std::string& customer_key,
                           const std::vector<checksum::Algorithm>& digests) {
  ReceivedBody body;
  body.spool = blobs.make_spool();
  std::vector<std::unique_ptr<checksum::Hasher>> hashers;
  for (const auto algorithm : digests) hashers.push_back(checksum::make_hasher(algorithm));
  const auto source = stream_segments(blobs, std::move(segments), customer_key);
  std::vector<char> buffer(kBufferBytes);
  while (const std::size_t count = source->read(buffer.data(), buffer.size())) {
    const std::string_view bytes(buffer.data(), count);
    for (auto& hasher : hashers) hasher->update(bytes);
    body.spool->append(bytes);
  }
  for (std::size_t i = 0; i < digests.size(); ++i) {
    body.digests.emplace_back(digests[i], hashers[i]->finish());
  }
  return body;
}

}  // namespace cumulite::s3
