#include <string>
#include <vector>

#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"
#include "protocol/codec/base64.h"

/// Configurations of which a bucket has several, each with an id: inventory, analytics, metrics and
/// intelligent tiering. They are kept and answered; their reports are not made.
namespace cumulite::s3 {

namespace {

constexpr std::size_t kPageMax = 100;
constexpr std::size_t kConfigurationsMax = 1000;

Error not_found(const BucketRecord& bucket) {
  return errors::no_such_configuration("NoSuchConfiguration",
                                       "The specified configuration does not exist.", bucket.name);
}

/// Error: TooManyConfigurations, unless one is replaced.
template <class Request, class T>
Result<model::Unit> put(Context& ctx, const Request& req, Configuration which,
                        const std::optional<T>& value) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!value || !value->Id || value->Id != req.Id) return errors::malformed_xml();
  if (which != Configuration::kIntelligentTiering) ctx.response.status = 204;
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    const bool replaces = read_configuration_row(txn, bucket, which, *req.Id).has_value();
    if (!replaces && list_configurations(txn, bucket, which).size() >= kConfigurationsMax) {
      return Error{"TooManyConfigurations",
                   "You are attempting to create a new configuration but have already reached the "
                   "1,000-configuration limit.",
                   400};
    }
    write_configuration(txn, bucket, which, *value, *req.Id);
    return {};
  });
}

Result<void> check_destination(const std::optional<std::string>& arn) {
  if (arn.value_or("").starts_with("arn:aws:s3:::")) return {};
  return errors::invalid_argument("Invalid bucket ARN.", "Bucket", arn.value_or(""));
}

/// Each archive tier has its own shortest time.
Result<void> check_tierings(const std::vector<api::Tiering>& tierings) {
  constexpr std::int32_t kArchiveDaysMin = 90;
  constexpr std::int32_t kDeepArchiveDaysMin = 180;
  constexpr std::int32_t kDaysMax = 730;
  for (const api::Tiering& tiering : tierings) {
    const std::int32_t days = tiering.Days.value_or(0);
    const bool deep = tiering.AccessTier.value_or("") == "DEEP_ARCHIVE_ACCESS";
    if (days < (deep ? kDeepArchiveDaysMin : kArchiveDaysMin) || days > kDaysMax) {
      return errors::invalid_argument("'Days' of the access tier is out of range.", "Days",
                                      std::to_string(days));
    }
  }
  return {};
}

template <class T, class Request>
Result<T> get(Context& ctx, const Request& req, Configuration which) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found = read_configuration<T>(ctx.env.store, bucket, which, *req.Id);
  if (!found) return not_found(bucket);
  return std::move(*found);
}

template <class Request>
Result<model::Unit> remove(Context& ctx, const Request& req, Configuration which) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (!remove_configuration(txn, bucket, which, *req.Id)) return not_found(bucket);
    return {};
  });
}

template <class T, class Output, class Request>
Result<Output> list(Context& ctx, const Request& req, Configuration which,
                    std::optional<std::vector<T>> Output::*member) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  std::string after;
  if (req.ContinuationToken) {
    after = codec::base64url_decode(*req.ContinuationToken).value_or("");
  }
  Output out;
  out.IsTruncated = false;
  out.ContinuationToken = req.ContinuationToken;
  std::string last;
  for (const auto& row : list_configurations(ctx.env.store, bucket, which)) {
    if (row.key <= after) continue;
    if (!(out.*member)) (out.*member).emplace();
    if ((out.*member)->size() == kPageMax) {
      out.IsTruncated = true;
      out.NextContinuationToken = codec::base64url_encode(last);
      break;
    }
    decode_shape(configuration_shape(which), row.value, &(out.*member)->emplace_back());
    last = row.key;
  }
  return out;
}

}  // namespace

Result<model::Unit> put_bucket_inventory_configuration(
    Context& ctx, const api::PutBucketInventoryConfigurationRequest& req) {
  if (req.InventoryConfiguration && req.InventoryConfiguration->Destination &&
      req.InventoryConfiguration->Destination->S3BucketDestination) {
    CUMULITE_TRY(
        check_destination(req.InventoryConfiguration->Destination->S3BucketDestination->Bucket));
  }
  return put(ctx, req, Configuration::kInventory, req.InventoryConfiguration);
}

Result<api::GetBucketInventoryConfigurationOutput> get_bucket_inventory_configuration(
    Context& ctx, const api::GetBucketInventoryConfigurationRequest& req) {
  CUMULITE_ASSIGN(auto found,
                  get<api::InventoryConfiguration>(ctx, req, Configuration::kInventory));
  return api::GetBucketInventoryConfigurationOutput{std::move(found)};
}

Result<model::Unit> delete_bucket_inventory_configuration(
    Context& ctx, const api::DeleteBucketInventoryConfigurationRequest& req) {
  return remove(ctx, req, Configuration::kInventory);
}

Result<api::ListBucketInventoryConfigurationsOutput> list_bucket_inventory_configurations(
    Context& ctx, const api::ListBucketInventoryConfigurationsRequest& req) {
  using Output = api::ListBucketInventoryConfigurationsOutput;
  return list<api::InventoryConfiguration, Output>(ctx, req, Configuration::kInventory,
                                                   &Output::InventoryConfigurationList);
}

Result<model::Unit> put_bucket_analytics_configuration(
    Context& ctx, const api::PutBucketAnalyticsConfigurationRequest& req) {
  return put(ctx, req, Configuration::kAnalytics, req.AnalyticsConfiguration);
}

Result<api::GetBucketAnalyticsConfigurationOutput> get_bucket_analytics_configuration(
    Context& ctx, const api::GetBucketAnalyticsConfigurationRequest& req) {
  CUMULITE_ASSIGN(auto found,
                  get<api::AnalyticsConfiguration>(ctx, req, Configuration::kAnalytics));
  return api::GetBucketAnalyticsConfigurationOutput{std::move(found)};
}

Result<model::Unit> delete_bucket_analytics_configuration(
    Context& ctx, const api::DeleteBucketAnalyticsConfigurationRequest& req) {
  return remove(ctx, req, Configuration::kAnalytics);
}

Result<api::ListBucketAnalyticsConfigurationsOutput> list_bucket_analytics_configurations(
    Context& ctx, const api::ListBucketAnalyticsConfigurationsRequest& req) {
  using Output = api::ListBucketAnalyticsConfigurationsOutput;
  return list<api::AnalyticsConfiguration, Output>(ctx, req, Configuration::kAnalytics,
                                                   &Output::AnalyticsConfigurationList);
}

Result<model::Unit> put_bucket_metrics_configuration(
    Context& ctx, const api::PutBucketMetricsConfigurationRequest& req) {
  return put(ctx, req, Configuration::kMetrics, req.MetricsConfiguration);
}

Result<api::GetBucketMetricsConfigurationOutput> get_bucket_metrics_configuration(
    Context& ctx, const api::GetBucketMetricsConfigurationRequest& req) {
  CUMULITE_ASSIGN(auto found, get<api::MetricsConfiguration>(ctx, req, Configuration::kMetrics));
  return api::GetBucketMetricsConfigurationOutput{std::move(found)};
}

Result<model::Unit> delete_bucket_metrics_configuration(
    Context& ctx, const api::DeleteBucketMetricsConfigurationRequest& req) {
  return remove(ctx, req, Configuration::kMetrics);
}

Result<api::ListBucketMetricsConfigurationsOutput> list_bucket_metrics_configurations(
    Context& ctx, const api::ListBucketMetricsConfigurationsRequest& req) {
  using Output = api::ListBucketMetricsConfigurationsOutput;
  return list<api::MetricsConfiguration, Output>(ctx, req, Configuration::kMetrics,
                                                 &Output::MetricsConfigurationList);
}

Result<model::Unit> put_bucket_intelligent_tiering_configuration(
    Context& ctx, const api::PutBucketIntelligentTieringConfigurationRequest& req) {
  if (req.IntelligentTieringConfiguration && req.IntelligentTieringConfiguration->Tierings) {
    CUMULITE_TRY(check_tierings(*req.IntelligentTieringConfiguration->Tierings));
  }
  return put(ctx, req, Configuration::kIntelligentTiering, req.IntelligentTieringConfiguration);
}

Result<api::GetBucketIntelligentTieringConfigurationOutput>
get_bucket_intelligent_tiering_configuration(
    Context& ctx, const api::GetBucketIntelligentTieringConfigurationRequest& req) {
  CUMULITE_ASSIGN(auto found, get<api::IntelligentTieringConfiguration>(
                                  ctx, req, Configuration::kIntelligentTiering));
  return api::GetBucketIntelligentTieringConfigurationOutput{std::move(found)};
}

Result<model::Unit> delete_bucket_intelligent_tiering_configuration(
    Context& ctx, const api::DeleteBucketIntelligentTieringConfigurationRequest& req) {
  return remove(ctx, req, Configuration::kIntelligentTiering);
}

Result<api::ListBucketIntelligentTieringConfigurationsOutput>
list_bucket_intelligent_tiering_configurations(
    Context& ctx, const api::ListBucketIntelligentTieringConfigurationsRequest& req) {
  using Output = api::ListBucketIntelligentTieringConfigurationsOutput;
  return list<api::IntelligentTieringConfiguration, Output>(
      ctx, req, Configuration::kIntelligentTiering, &Output::IntelligentTieringConfigurationList);
}

}  // namespace cumulite::s3
