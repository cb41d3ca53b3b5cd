#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/bucket/location.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

constexpr std::int32_t kBucketsMax = 10'000;

api::Bucket describe(const BucketRecord& record, bool paged) {
  api::Bucket bucket;
  bucket.Name = record.name;
  bucket.CreationDate = model::Timestamp{record.created_ms};
  if (paged) bucket.BucketRegion = record.region;
  bucket.BucketArn = "arn:aws:s3:::" + record.name;
  return bucket;
}

/// A region that AWS does not have may be asked for by callers that are in it.
Result<void> check_region(const Context& ctx, const std::optional<std::string>& region) {
  if (!region || *region == "us-east-1" || *region == ctx.caller.region) return {};
  if (is_location(*region) && *region != "EU") return {};
  return errors::invalid_argument(
      fmt::format("Argument value {} is not a valid AWS Region", *region), "bucket-region");
}

}  // namespace

Result<api::ListBucketsOutput> list_buckets(Context& ctx, const api::ListBucketsRequest& req) {
  if (req.MaxBuckets && (*req.MaxBuckets < 1 || *req.MaxBuckets > kBucketsMax)) {
    return errors::invalid_argument("Argument max-buckets must be an integer between 1 and 10000",
                                    "max-buckets", std::to_string(*req.MaxBuckets));
  }
  CUMULITE_TRY(check_region(ctx, req.BucketRegion));
  const std::string rows = keys::account_buckets(ctx.caller.account_id);
  std::string from = rows + req.Prefix.value_or("");
  const std::string end = storage::prefix_end(from);
  if (req.ContinuationToken) {
    const auto after = codec::base64url_decode(*req.ContinuationToken);
    if (!after) {
      return errors::invalid_argument("The continuation token provided is incorrect",
                                      "continuation-token", *req.ContinuationToken);
    }
    from = std::max(from, rows + *after + '\0');
  }
  const bool paged = req.MaxBuckets || req.Prefix || req.ContinuationToken || req.BucketRegion;
  const auto limit = static_cast<std::size_t>(req.MaxBuckets.value_or(kBucketsMax));

  api::ListBucketsOutput out;
  out.Owner = api::Owner{std::nullopt, ctx.caller.canonical_user_id};
  out.Prefix = req.Prefix;
  auto& buckets = out.Buckets.emplace();
  for (bool more = true; more;) {
    const auto page = ctx.env.store.range(spaces::kS3, from, end, {.limit = limit});
    for (const auto& row : page.rows) {
      from = row.key + '\0';
      const auto record = find_bucket(ctx.env.store, keys::bucket_of_account_key(row.key, rows));
      if (!record || (req.BucketRegion && record->region != *req.BucketRegion)) continue;
      if (buckets.size() == limit) {
        out.ContinuationToken = codec::base64url_encode(*buckets.back().Name);
        return out;
      }
      buckets.push_back(describe(*record, paged));
    }
    more = page.more;
  }
  return out;
}

}  // namespace cumulite::s3
