#include <utility>

#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/body_source.h"
#include "emulator/services/s3/object/encryption.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/select/select_stream.h"

namespace cumulite::s3 {

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
Result<api::SelectObjectContentOutput> select_object_content(
    Context& ctx, const api::SelectObjectContentRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_TRY(check_key(*req.Key));
  CUMULITE_ASSIGN(select::SelectRequest request, select::read_request(req));
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, std::nullopt));
  const ObjectRecord& record = found.record;
  CUMULITE_ASSIGN(const CustomerKey key, customer_key_of(req));
  CUMULITE_TRY(check_customer_key(record, key));
  if (!is_readable(record))
    return errors::invalid_object_state(record.storage_class, record.access_tier);
  CUMULITE_ASSIGN(const select::ScanBounds bounds,
                  select::bounds_of(request.scan_range, record.size_bytes));
  const auto open = [&](std::uint64_t offset) {
    const ByteRange range{offset, record.size_bytes - offset};
    return stream_segments(ctx.env.blobs,
                           segments_of(ctx.env.store, bucket, *req.Key, record, range), key.key);
  };
  auto stream =
      std::make_unique<select::SelectStream>(std::move(request), open, bounds, ctx.now_ms);
  CUMULITE_TRY(stream->start());
  ctx.response.stream = std::move(stream);
  ctx.response.chunked = true;
  return api::SelectObjectContentOutput{};
}

}  // namespace cumulite::s3
