#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

namespace {

Result<void> check_destination(const Context& ctx, const std::string& source,
                               const api::ReplicationRule& rule) {
  constexpr std::string_view kArn = "arn:aws:s3:::";
  const std::string arn = rule.Destination ? rule.Destination->Bucket.value_or("") : std::string();
  if (!arn.starts_with(kArn)) return errors::malformed_xml();
  if (arn.substr(kArn.size()) == source) {
    return errors::invalid_request("Destination bucket cannot be the same as the source bucket.");
  }
  const auto target = current_bucket(ctx.env.store, arn.substr(kArn.size()));
  if (!target || target->versioning != Versioning::kEnabled) {
    return errors::invalid_request("Destination bucket must have versioning enabled.");
  }
  return {};
}

bool has_tags(const api::ReplicationRuleFilter& filter) {
  return filter.Tag || (filter.And && filter.And->Tags && !filter.And->Tags->empty());
}

/// Rules with a filter are of the second schema, which asks for more.
Result<void> check_rule(const api::ReplicationRule& rule) {
  if (rule.Status != "Enabled" && rule.Status != "Disabled") return errors::malformed_xml();
  if (rule.Filter && rule.Prefix) return errors::malformed_xml();
  if (!rule.Filter) return {};
  if (!rule.DeleteMarkerReplication) {
    return errors::invalid_request(
        "DeleteMarkerReplication must be specified for this version of Cross Region Replication "
        "configuration schema. Please refer to S3 Developer Guide for more information.");
  }
  if (!rule.Priority) {
    return errors::invalid_request(
        "Priority must be specified for this version of Cross Region Replication configuration "
        "schema. Please refer to S3 Developer Guide for more information.");
  }
  if (has_tags(*rule.Filter) && rule.DeleteMarkerReplication->Status == "Enabled") {
    return errors::invalid_request(
        "Delete marker replication is not supported if any Tag filter is specified. Please refer "
        "to S3 Developer Guide for more information.");
  }
  return {};
}

/// Rules to the same bucket need an order.
Result<void> check_priorities(const std::vector<api::ReplicationRule>& rules) {
  std::set<std::pair<std::string, std::int32_t>> seen;
  for (const api::ReplicationRule& rule : rules) {
    if (!rule.Priority) continue;
    if (!seen.emplace(rule.Destination->Bucket.value_or(""), *rule.Priority).second) {
      return errors::invalid_request(
          fmt::format("Found duplicate priority {} for the same destination.", *rule.Priority));
    }
  }
  return {};
}

}  // namespace

Result<model::Unit> put_bucket_replication(Context& ctx,
                                           const api::PutBucketReplicationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!req.ReplicationConfiguration || !req.ReplicationConfiguration->Role ||
      !req.ReplicationConfiguration->Rules || req.ReplicationConfiguration->Rules->empty()) {
    return errors::malformed_xml();
  }
  if (bucket.versioning != Versioning::kEnabled) {
    return errors::invalid_request(
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  api::ReplicationConfiguration configuration = *req.ReplicationConfiguration;
  for (api::ReplicationRule& rule : *configuration.Rules) {
    CUMULITE_TRY(check_rule(rule));
    CUMULITE_TRY(check_destination(ctx, bucket.name, rule));
    if (!rule.ID) rule.ID = ids::random_base64url(24);
  }
  CUMULITE_TRY(check_priorities(*configuration.Rules));
  return put_configuration(ctx, req, Configuration::kReplication, configuration);
}

Result<api::GetBucketReplicationOutput> get_bucket_replication(
    Context& ctx, const api::GetBucketReplicationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found = read_configuration<api::ReplicationConfiguration>(ctx.env.store, bucket,
                                                                 Configuration::kReplication);
  if (!found) {
    return errors::no_such_configuration("ReplicationConfigurationNotFoundError",
                                         "The replication configuration was not found",
                                         bucket.name);
  }
  return api::GetBucketReplicationOutput{std::move(found)};
}

Result<model::Unit> delete_bucket_replication(Context& ctx,
                                              const api::DeleteBucketReplicationRequest& req) {
  return delete_configuration(ctx, req, Configuration::kReplication);
}

}  // namespace cumulite::s3
