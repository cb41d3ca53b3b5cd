#include "emulator/services/s3/object/body_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "emulator/services/s3/object/cipher.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

/// Up to so many blobs are opened at once, so that an overwrite during the transfer does not cut
/// it; larger bodies would hold too many files.
constexpr std::size_t kOpenedMax = 64;
constexpr std::size_t kBufferBytes = 256 * 1024;

class SegmentSource final : public http::BodySource {
 public:
  SegmentSource(storage::BlobStore& blobs, std::vector<BodySegment> segments,
                std::string customer_key)
      : blobs_(blobs),
        segments_(std::move(segments)),
        readers_(segments_.size()),
        customer_key_(std::move(customer_key)) {
    for (std::size_t i = 0; i < std::min(segments_.size(), kOpenedMax); ++i) open(i);
  }

  std::size_t read(char* data, std::size_t size) override {
    while (current_ < segments_.size()) {
      if (readers_[current_] == nullptr) open(current_);
      if (const std::size_t count = readers_[current_]->read(data, size); count > 0) {
        decrypt(data, count);
        return count;
      }
      readers_[current_].reset();
      cipher_.reset();
      ++current_;
    }
    return 0;
  }

 private:
  void open(std::size_t index) {
    const BodySegment& segment = segments_[index];
    readers_[index] = blobs_.open(segment.blob, segment.offset, segment.length);
  }

  void decrypt(char* data, std::size_t size) {
    const BodySegment& segment = segments_[current_];
    if (segment.nonce.empty()) return;
    if (!cipher_) cipher_.emplace(customer_key_, segment.nonce, segment.offset);
    cipher_->apply(data, size);
  }

  storage::BlobStore& blobs_;
  std::vector<BodySegment> segments_;
  std::vector<std::unique_ptr<storage::BlobReader>> readers_;
  std::string customer_key_;
  std::size_t current_ = 0;
  std::optional<BodyCipher> cipher_;
};

/// Appends what of the blob, which begins at `start` of the body, lies in the range.
void cut(std::vector<BodySegment>& segments, const storage::BlobRef& blob, const std::string& nonce,
         std::uint64_t start, const ByteRange& range) {
  const std::uint64_t from = std::max(start, range.offset);
  const std::uint64_t to = std::min(start + blob.size_bytes, range.offset + range.length);
  if (from < to) segments.push_back({blob, nonce, from - start, to - from});
}

}  // namespace

std::vector<BodySegment> segments_of(const storage::Reader& reader, const BucketRecord& bucket,
                                     std::string_view key, const ObjectRecord& record,
                                     const ByteRange& range) {
  std::vector<BodySegment> segments;
  if (record.part_count == 0) {
    cut(segments, record.blob, record.encryption.nonce, 0, range);
    return segments;
  }
  std::uint64_t start = 0;
  for (const PartRecord& part : read_parts(reader, bucket, key, record)) {
    cut(segments, part.blob, part.nonce, start, range);
    start += part.size_bytes;
  }
  return segments;
}

std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<BodySegment> segments,
                                                  std::string customer_key) {
  return std::make_unique<SegmentSource>(blobs, std::move(segments), std::move(customer_key));
}

ReceivedBody copy_segments(storage::BlobStore& blobs, std::vector<BodySegment> segments,
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
