#pragma once

#include <type_traits>
#include <utility>

#include "api/s3.h"
#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "protocol/result.h"

/// Configurations of which a bucket has several, each with an id: inventory, analytics, metrics and
/// intelligent tiering. They differ by their types only; a kind names them.
namespace cumulite::s3 {

/// One kind: its four operations, and the members of their shapes that hold its configurations.
template <Configuration which, class Put, class Get, class Delete, class List, auto asked,
          auto listed>
struct IdentifiedKind {
  static constexpr Configuration kWhich = which;
  using PutRequest = typename Put::Input;
  using GetRequest = typename Get::Input;
  using GetOutput = typename Get::Output;
  using DeleteRequest = typename Delete::Input;
  using ListRequest = typename List::Input;
  using ListOutput = typename List::Output;
  static constexpr auto kAsked = asked;
  static constexpr auto kListed = listed;
  using Value = std::decay_t<decltype(*(std::declval<PutRequest>().*asked))>;
};

using InventoryKind =
    IdentifiedKind<Configuration::kInventory, api::op::PutBucketInventoryConfiguration,
                   api::op::GetBucketInventoryConfiguration,
                   api::op::DeleteBucketInventoryConfiguration,
                   api::op::ListBucketInventoryConfigurations,
                   &api::PutBucketInventoryConfigurationRequest::InventoryConfiguration,
                   &api::ListBucketInventoryConfigurationsOutput::InventoryConfigurationList>;

using AnalyticsKind =
    IdentifiedKind<Configuration::kAnalytics, api::op::PutBucketAnalyticsConfiguration,
                   api::op::GetBucketAnalyticsConfiguration,
                   api::op::DeleteBucketAnalyticsConfiguration,
                   api::op::ListBucketAnalyticsConfigurations,
                   &api::PutBucketAnalyticsConfigurationRequest::AnalyticsConfiguration,
                   &api::ListBucketAnalyticsConfigurationsOutput::AnalyticsConfigurationList>;

using MetricsKind =
    IdentifiedKind<Configuration::kMetrics, api::op::PutBucketMetricsConfiguration,
                   api::op::GetBucketMetricsConfiguration,
                   api::op::DeleteBucketMetricsConfiguration,
                   api::op::ListBucketMetricsConfigurations,
                   &api::PutBucketMetricsConfigurationRequest::MetricsConfiguration,
                   &api::ListBucketMetricsConfigurationsOutput::MetricsConfigurationList>;

using IntelligentTieringKind = IdentifiedKind<
    Configuration::kIntelligentTiering, api::op::PutBucketIntelligentTieringConfiguration,
    api::op::GetBucketIntelligentTieringConfiguration,
    api::op::DeleteBucketIntelligentTieringConfiguration,
    api::op::ListBucketIntelligentTieringConfigurations,
    &api::PutBucketIntelligentTieringConfigurationRequest::IntelligentTieringConfiguration,
    &api::ListBucketIntelligentTieringConfigurationsOutput::IntelligentTieringConfigurationList>;

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
