#pragma once

#include "api/s3.h"
#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"

/// Configurations of which a bucket has several, each with an id: inventory, analytics, metrics and
/// intelligent tiering. They differ by their types only; a kind names them.
namespace cumulite::s3 {

struct InventoryKind {
  static constexpr Configuration kWhich = Configuration::kInventory;
  using Value = api::InventoryConfiguration;
  using PutRequest = api::PutBucketInventoryConfigurationRequest;
  using GetRequest = api::GetBucketInventoryConfigurationRequest;
  using GetOutput = api::GetBucketInventoryConfigurationOutput;
  using DeleteRequest = api::DeleteBucketInventoryConfigurationRequest;
  using ListRequest = api::ListBucketInventoryConfigurationsRequest;
  using ListOutput = api::ListBucketInventoryConfigurationsOutput;
  static constexpr auto kAsked = &PutRequest::InventoryConfiguration;
  static constexpr auto kListed = &ListOutput::InventoryConfigurationList;
};

struct AnalyticsKind {
  static constexpr Configuration kWhich = Configuration::kAnalytics;
  using Value = api::AnalyticsConfiguration;
  using PutRequest = api::PutBucketAnalyticsConfigurationRequest;
  using GetRequest = api::GetBucketAnalyticsConfigurationRequest;
  using GetOutput = api::GetBucketAnalyticsConfigurationOutput;
  using DeleteRequest = api::DeleteBucketAnalyticsConfigurationRequest;
  using ListRequest = api::ListBucketAnalyticsConfigurationsRequest;
  using ListOutput = api::ListBucketAnalyticsConfigurationsOutput;
  static constexpr auto kAsked = &PutRequest::AnalyticsConfiguration;
  static constexpr auto kListed = &ListOutput::AnalyticsConfigurationList;
};

struct MetricsKind {
  static constexpr Configuration kWhich = Configuration::kMetrics;
  using Value = api::MetricsConfiguration;
  using PutRequest = api::PutBucketMetricsConfigurationRequest;
  using GetRequest = api::GetBucketMetricsConfigurationRequest;
  using GetOutput = api::GetBucketMetricsConfigurationOutput;
  using DeleteRequest = api::DeleteBucketMetricsConfigurationRequest;
  using ListRequest = api::ListBucketMetricsConfigurationsRequest;
  using ListOutput = api::ListBucketMetricsConfigurationsOutput;
  static constexpr auto kAsked = &PutRequest::MetricsConfiguration;
  static constexpr auto kListed = &ListOutput::MetricsConfigurationList;
};

struct IntelligentTieringKind {
  static constexpr Configuration kWhich = Configuration::kIntelligentTiering;
  using Value = api::IntelligentTieringConfiguration;
  using PutRequest = api::PutBucketIntelligentTieringConfigurationRequest;
  using GetRequest = api::GetBucketIntelligentTieringConfigurationRequest;
  using GetOutput = api::GetBucketIntelligentTieringConfigurationOutput;
  using DeleteRequest = api::DeleteBucketIntelligentTieringConfigurationRequest;
  using ListRequest = api::ListBucketIntelligentTieringConfigurationsRequest;
  using ListOutput = api::ListBucketIntelligentTieringConfigurationsOutput;
  static constexpr auto kAsked = &PutRequest::IntelligentTieringConfiguration;
  static constexpr auto kListed = &ListOutput::IntelligentTieringConfigurationList;
};

/// Errors: MalformedXML, IdMismatch, InvalidS3DestinationBucket or InvalidArgument for what the
/// kind does not allow, and TooManyConfigurations, unless one is replaced.
template <class Kind>
Result<model::Unit> put_identified(Context& ctx, const typename Kind::PutRequest& req);
/// Error: NoSuchConfiguration.
template <class Kind>
Result<typename Kind::GetOutput> get_identified(Context& ctx, const typename Kind::GetRequest& req);
/// Error: NoSuchConfiguration.
template <class Kind>
Result<model::Unit> delete_identified(Context& ctx, const typename Kind::DeleteRequest& req);
/// In order of id, up to a hundred a page.
template <class Kind>
Result<typename Kind::ListOutput> list_identified(Context& ctx,
                                                  const typename Kind::ListRequest& req);

}  // namespace cumulite::s3
