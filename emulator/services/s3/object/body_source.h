#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/received_body.h"
#include "emulator/services/s3/object/range.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/http/response.h"
#include "storage/blob/blob_store.h"

namespace cumulite::s3 {

/// Bytes [offset, offset + length) of a blob; with a nonce they are encrypted at rest.
struct BodySegment {
  storage::BlobRef blob;
  std::string nonce;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// The segments of an object's body that a range covers.
std::vector<BodySegment> segments_of(const storage::Reader& reader, const BucketRecord& bucket,
                                     std::string_view key, const ObjectRecord& record,
                                     const ByteRange& range);

/// Streams segments one after the other, decrypting with `customer_key` where they are encrypted.
/// The first ones are opened at once: a body stays readable when it is dropped meanwhile.
std::unique_ptr<http::BodySource> stream_segments(storage::BlobStore& blobs,
                                                  std::vector<BodySegment> segments,
                                                  std::string customer_key = {});

/// The same bytes as a body just received: spooled, with the asked digests. Constant memory.
ReceivedBody copy_segments(storage::BlobStore& blobs, std::vector<BodySegment> segments,
                           const std::string& customer_key,
                           const std::vector<checksum::Algorithm>& digests);

}  // namespace cumulite::s3
