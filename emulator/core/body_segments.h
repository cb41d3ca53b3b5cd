#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/http/response.h"
#include "storage/blob/blob_store.h"

/// Bodies that are read in part, or were stored in pieces.
namespace cumulite {

/// Bytes [offset, offset + length) of a body.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// A piece of a body: a range of a blob.
struct BodySegment {
  storage::BlobRef blob;
  ByteRange range;
};

/// What of the body's range lies in the blob, which begins at `start` of the body; nullopt:
/// nothing.
std::optional<BodySegment> cut_segment(const storage::BlobRef& blob, std::uint64_t start,
                                       const ByteRange& range);

/// The segments of a body made of whole blobs that a range covers.
std::vector<BodySegment> cut_segments(const std::vector<storage::BlobRef>& blobs,
                                      const ByteRange& range);

/// Streams segments one after the other; a read gives bytes of one of them. The first ones are
/// opened at once: a body of a few blobs stays readable when it is dropped meanwhile.
std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<BodySegment> segments);

}  // namespace cumulite
