#include "emulator/core/ids.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

namespace {

Result<void> check_destination(const Context& ctx, const api::ReplicationRule& rule) {
  constexpr std::string_view kArn = "arn:aws:s3:::";
  const std::string arn = rule.Destination ? rule.Destination->Bucket.value_or("") : std::string();
  if (!arn.starts_with(kArn)) return errors::malformed_xml();
  const auto target = find_bucket(ctx.env.store, arn.substr(kArn.size()));
  if (!target || target->versioning != Versioning::kEnabled) {
    return errors::invalid_request("Destination bucket must have versioning enabled.");
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
    CUMULITE_TRY(check_destination(ctx, rule));
    if (!rule.ID) rule.ID = ids::random_base64url(24);
  }
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
