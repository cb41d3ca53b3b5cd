#include "emulator/core/body_segments.h"

#include <algorithm>
#include <utility>

namespace cumulite {
namespace {

/// Up to so many blobs are opened at once, so that an overwrite during the transfer does not cut
/// it; larger bodies would hold too many files.
constexpr std::size_t kOpenedMax = 64;

class SegmentSource final : public http::BodySource {
 public:
  SegmentSource(storage::BlobStore& blobs, std::vector<BodySegment> segments)
      : blobs_(blobs), segments_(std::move(segments)), readers_(segments_.size()) {
    for (std::size_t i = 0; i < std::min(segments_.size(), kOpenedMax); ++i) open(i);
  }

  std::size_t read(char* data, std::size_t size) override {
    while (current_ < segments_.size()) {
      if (readers_[current_] == nullptr) open(current_);
      if (const std::size_t count = readers_[current_]->read(data, size); count > 0) return count;
      readers_[current_].reset();
      ++current_;
    }
    return 0;
  }

 private:
  void open(std::size_t index) {
    const BodySegment& segment = segments_[index];
    readers_[index] = blobs_.open(segment.blob, segment.range.offset, segment.range.length);
  }

  storage::BlobStore& blobs_;
  std::vector<BodySegment> segments_;
  std::vector<std::unique_ptr<storage::BlobReader>> readers_;
  std::size_t current_ = 0;
};

}  // namespace

std::optional<BodySegment> cut_segment(const storage::BlobRef& blob, std::uint64_t start,
                                       const ByteRange& range) {
  const std::uint64_t from = std::max(start, range.offset);
  const std::uint64_t to = std::min(start + blob.size_bytes, range.offset + range.length);
  if (from >= to) return std::nullopt;
  return BodySegment{blob, {from - start, to - from}};
}

std::vector<BodySegment> cut_segments(const std::vector<storage::BlobRef>& blobs,
                                      const ByteRange& range) {
  std::vector<BodySegment> segments;
  std::uint64_t start = 0;
  for (const storage::BlobRef& blob : blobs) {
    if (const auto segment = cut_segment(blob, start, range)) segments.push_back(*segment);
    start += blob.size_bytes;
  }
  return segments;
}

std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<BodySegment> segments) {
  return std::make_unique<SegmentSource>(blobs, std::move(segments));
}

}  // namespace cumulite
