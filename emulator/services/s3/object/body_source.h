#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/body_segments.h"
#include "emulator/core/received_body.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/http/response.h"
#include "storage/blob/blob_store.h"

namespace cumulite::s3 {

/// A segment that may be encrypted at rest.
struct SealedSegment {
  BodySegment bytes;
  std::string nonce;  ///< Of the whole blob; empty: it is as the client sent it.
};

/// The segments of an object's body that a range covers.
std::vector<SealedSegment> segments_of(const storage::Reader& reader, const BucketRecord& bucket,
                                       std::string_view key, const ObjectRecord& record,
                                       const ByteRange& range);

/// Streams segments one after the other, decrypting with `customer_key` where they are encrypted.
std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<SealedSegment> segments,
                                                  std::string customer_key = {});

/// The same bytes as a body just received: spooled, with the asked digests. Constant memory.
ReceivedBody copy_segments(storage::BlobStore& blobs, std::vector<SealedSegment> segments,
                           const std::string& customer_key,
                           const std::vector<checksum::Algorithm>& digests);

}  // namespace cumulite::s3
