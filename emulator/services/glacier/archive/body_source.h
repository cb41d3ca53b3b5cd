#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "protocol/http/response.h"
#include "storage/blob/blob_store.h"

namespace cumulite::glacier {

/// Bytes [offset, offset + length) of a body.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// A piece of a body: bytes [offset, offset + length) of a blob.
struct BodySegment {
  storage::BlobRef blob;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// The segments of a body made of whole blobs that a range covers.
std::vector<BodySegment> cut_segments(const std::vector<storage::BlobRef>& blobs,
                                      const ByteRange& range);

/// Streams segments one after the other, opening each when its turn comes, except the first, which
/// is opened at once: most bodies are one blob, which then stays readable when it is dropped.
std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<BodySegment> segments);

}  // namespace cumulite::glacier
