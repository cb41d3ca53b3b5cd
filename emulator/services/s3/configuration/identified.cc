#include "emulator/services/s3/configuration/identified.h"

#include <string>
#include <utility>
#include <vector>

#include "emulator/services/s3/analytics/report.h"
#include "emulator/services/s3/analytics/run.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/inventory/run.h"
#include "emulator/services/s3/tiering/run.h"
#include "protocol/codec/base64.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kPageMax = 100;
constexpr std::size_t kConfigurationsMax = 1000;

Error not_found() {
  return {"NoSuchConfiguration", "The specified configuration does not exist.", 404};
}

Error bad_destination() {
  return {"InvalidS3DestinationBucket", "Invalid bucket ARN.", 400};
}

/// What only its own kind forbids.
template <class Value>
Result<void> check_identified(const Value& /*value*/) {
  return {};
}

Result<void> check_identified(const api::InventoryConfiguration& value) {
  if (!value.Destination || !value.Destination->S3BucketDestination) return {};
  const std::string arn = value.Destination->S3BucketDestination->Bucket.value_or("");
  if (arn.starts_with(kBucketArn)) return {};
  return bad_destination();
}

Result<void> check_identified(const api::AnalyticsConfiguration& value) {
  if (!value.StorageClassAnalysis) return errors::malformed_xml();
  const auto* destination = export_of(value);
  if (destination == nullptr || destination->Bucket->starts_with(kBucketArn)) return {};
  return bad_destination();
}

/// Each archive tier has its own shortest time.
Result<void> check_identified(const api::IntelligentTieringConfiguration& value) {
  constexpr std::int32_t kArchiveDaysMin = 90;
  constexpr std::int32_t kDeepArchiveDaysMin = 180;
  constexpr std::int32_t kDaysMax = 730;
  if (!value.Tierings) return {};
  for (const api::Tiering& tiering : *value.Tierings) {
    const std::int32_t days = tiering.Days.value_or(0);
    const bool deep = tiering.AccessTier.value_or("") == "DEEP_ARCHIVE_ACCESS";
    if (days < (deep ? kDeepArchiveDaysMin : kArchiveDaysMin) || days > kDaysMax) {
      return errors::invalid_argument("'Days' of the access tier is out of range.", "Days",
                                      std::to_string(days));
    }
  }
  return {};
}

/// Plans what the configuration asks to be done later.
template <class Value>
void plan_identified(storage::Txn& /*txn*/, const Context& /*ctx*/, const BucketRecord& /*bucket*/,
                     const Value& /*value*/) {}

void plan_identified(storage::Txn& txn, const Context& ctx, const BucketRecord& bucket,
                     const api::InventoryConfiguration& value) {
  schedule_inventory(txn, ctx.env, bucket, value, ctx.now_ms);
}

void plan_identified(storage::Txn& txn, const Context& ctx, const BucketRecord& bucket,
                     const api::AnalyticsConfiguration& value) {
  schedule_analytics(txn, ctx.env, bucket, value, ctx.now_ms);
}

void plan_identified(storage::Txn& txn, const Context& ctx, const BucketRecord& bucket,
                     const api::IntelligentTieringConfiguration& /*value*/) {
  schedule_tiering(txn, ctx.env, bucket, ctx.now_ms);
}

}  // namespace

template <class Kind>
Result<model::Unit> put_identified(Context& ctx, const typename Kind::PutRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const auto& value = req.*Kind::kAsked;
  if (!value || !value->Id) return errors::malformed_xml();
  if (value->Id != req.Id) {
    // Only inventories have a word for it.
    if (Kind::kWhich != Configuration::kInventory) return errors::malformed_xml();
    return Error{"IdMismatch", "Document ID does not match the specified configuration ID.", 400};
  }
  CUMULITE_TRY(check_identified(*value));
  ctx.response.status = 204;
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    const bool replaces = read_configuration_row(txn, bucket, Kind::kWhich, *req.Id).has_value();
    if (!replaces && list_configurations(txn, bucket, Kind::kWhich).size() >= kConfigurationsMax) {
      return Error{"TooManyConfigurations",
                   "You are attempting to create a new configuration but have already reached the "
                   "1,000-configuration limit.",
                   400};
    }
    write_configuration(txn, bucket, Kind::kWhich, *value, *req.Id);
    plan_identified(txn, ctx, bucket, *value);
    return {};
  });
}

template <class Kind>
Result<typename Kind::GetOutput> get_identified(Context& ctx,
                                                const typename Kind::GetRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found =
      read_configuration<typename Kind::Value>(ctx.env.store, bucket, Kind::kWhich, *req.Id);
  if (!found) return not_found();
  return typename Kind::GetOutput{std::move(*found)};
}

template <class Kind>
Result<model::Unit> delete_identified(Context& ctx, const typename Kind::DeleteRequest& req) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (!remove_configuration(txn, bucket, Kind::kWhich, *req.Id)) return not_found();
    return {};
  });
}

template <class Kind>
Result<typename Kind::ListOutput> list_identified(Context& ctx,
                                                  const typename Kind::ListRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  std::string after;
  if (req.ContinuationToken) {
    after = codec::base64url_decode(*req.ContinuationToken).value_or("");
  }
  typename Kind::ListOutput out;
  auto& listed = out.*Kind::kListed;
  out.IsTruncated = false;
  out.ContinuationToken = req.ContinuationToken;
  std::string last;
  for (const auto& row : list_configurations(ctx.env.store, bucket, Kind::kWhich)) {
    if (row.key <= after) continue;
    if (!listed) listed.emplace();
    if (listed->size() == kPageMax) {
      out.IsTruncated = true;
      out.NextContinuationToken = codec::base64url_encode(last);
      break;
    }
    decode_shape(configuration_shape(Kind::kWhich), row.value, &listed->emplace_back());
    last = row.key;
  }
  return out;
}

#define CUMULITE_IDENTIFIED(Kind)                                                             \
  template Result<model::Unit> put_identified<Kind>(Context&, const Kind::PutRequest&);       \
  template Result<Kind::GetOutput> get_identified<Kind>(Context&, const Kind::GetRequest&);   \
  template Result<model::Unit> delete_identified<Kind>(Context&, const Kind::DeleteRequest&); \
  template Result<Kind::ListOutput> list_identified<Kind>(Context&, const Kind::ListRequest&)
CUMULITE_IDENTIFIED(InventoryKind);
CUMULITE_IDENTIFIED(AnalyticsKind);
CUMULITE_IDENTIFIED(MetricsKind);
CUMULITE_IDENTIFIED(IntelligentTieringKind);
#undef CUMULITE_IDENTIFIED

}  // namespace cumulite::s3
