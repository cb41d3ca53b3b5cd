#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_versioning(Context& ctx,
                                          const api::PutBucketVersioningRequest& req) {
  if (!req.VersioningConfiguration || !req.VersioningConfiguration->Status) {
    CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
    return Error{"IllegalVersioningConfigurationException",
                 "The Versioning element must be specified", 400};
  }
  const std::string& status = *req.VersioningConfiguration->Status;
  if (status != "Enabled" && status != "Suspended") return errors::malformed_xml();
  // Only root with a registered device may turn MFA delete on: there is none here.
  const auto& mfa = req.VersioningConfiguration->MFADelete;
  if (mfa && *mfa == "Enabled") {
    return Error{"AccessDenied", "Mfa Authentication must be used for this request", 403};
  }
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    if (bucket.object_lock && status != "Enabled") {
      return errors::invalid_bucket_state(
          "An Object Lock configuration is present on this bucket, so the versioning state cannot "
          "be changed.");
    }
    if (bucket.has(Configuration::kReplication) && status != "Enabled") {
      return errors::invalid_bucket_state(
          "A replication configuration is present on this bucket, so the versioning state cannot "
          "be changed.");
    }
    bucket.versioning = status == "Enabled" ? Versioning::kEnabled : Versioning::kSuspended;
    store_bucket(txn, bucket);
    return {};
  });
}

Result<api::GetBucketVersioningOutput> get_bucket_versioning(
    Context& ctx, const api::GetBucketVersioningRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  api::GetBucketVersioningOutput out;
  if (bucket.versioning == Versioning::kEnabled) out.Status = "Enabled";
  if (bucket.versioning == Versioning::kSuspended) out.Status = "Suspended";
  return out;
}

}  // namespace cumulite::s3
