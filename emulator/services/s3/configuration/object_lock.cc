#include "emulator/core/spaces.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/configuration/seattle_date.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/object/update.h"

namespace cumulite::s3 {

namespace {

Error no_lock_on_bucket() {
  return errors::invalid_request("Bucket is missing Object Lock Configuration");
}

Result<void> check_rule(const api::ObjectLockConfiguration& configuration) {
  if (configuration.ObjectLockEnabled.value_or("") != "Enabled") return errors::malformed_xml();
  if (!configuration.Rule) return {};
  if (!configuration.Rule->DefaultRetention) return errors::malformed_xml();
  const auto& retention = *configuration.Rule->DefaultRetention;
  const std::string mode = retention.Mode.value_or("");
  if (mode != "GOVERNANCE" && mode != "COMPLIANCE") return errors::malformed_xml();
  if (retention.Days.has_value() == retention.Years.has_value()) return errors::malformed_xml();
  if (retention.Days.value_or(1) <= 0 || retention.Years.value_or(1) <= 0) {
    return Error{"InvalidRetentionPeriod",
                 "Default retention period must be a positive integer value", 400};
  }
  return {};
}

Result<void> check_retention(const Context& ctx, const api::ObjectLockRetention& retention) {
  const std::string mode = retention.Mode.value_or("");
  if (mode.empty() && !retention.RetainUntilDate) return {};
  if ((mode != "GOVERNANCE" && mode != "COMPLIANCE") || !retention.RetainUntilDate) {
    return errors::malformed_xml();
  }
  if (retention.RetainUntilDate->ms <= ctx.now_ms) {
    return errors::invalid_argument("The retain until date must be in the future!",
                                    "RetainUntilDate", seattle_date(retention.RetainUntilDate->ms));
  }
  return {};
}

/// A running retention may be made longer by anyone, shorter or weaker only in governance mode with
/// a bypass.
Result<void> check_weakening(const ObjectRecord& record, const api::ObjectLockRetention& asked,
                             std::int64_t now_ms, bool bypass) {
  const LockRecord& lock = record.lock;
  if (lock.retain_until_ms <= now_ms) return {};
  const std::int64_t until = asked.RetainUntilDate ? asked.RetainUntilDate->ms : 0;
  const bool same_mode = asked.Mode.value_or("") == lock.mode;
  const bool stronger = lock.mode == "GOVERNANCE" && asked.Mode.value_or("") == "COMPLIANCE";
  if ((same_mode || (stronger && bypass)) && until >= lock.retain_until_ms) return {};
  if (lock.mode == "GOVERNANCE" && bypass) return {};
  return Error{"AccessDenied", "Access Denied because object protected by object lock.", 403};
}

Error no_lock_on_object() {
  return {"NoSuchObjectLockConfiguration",
          "The specified object does not have a ObjectLock configuration", 404};
}

}  // namespace

Result<api::PutObjectLockConfigurationOutput> put_object_lock_configuration(
    Context& ctx, const api::PutObjectLockConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  if (loaded.versioning != Versioning::kEnabled) {
    return errors::invalid_bucket_state(
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
  }
  if (!req.ObjectLockConfiguration) {
    return Error{"MissingRequestBodyError", "Request Body is empty", 400};
  }
  CUMULITE_TRY(check_rule(*req.ObjectLockConfiguration));
  auto done = change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    bucket.object_lock = true;
    write_configuration(txn, bucket, Configuration::kObjectLock, *req.ObjectLockConfiguration);
    return {};
  });
  if (!done.ok()) return std::move(done).error();
  return api::PutObjectLockConfigurationOutput{};
}

Result<api::GetObjectLockConfigurationOutput> get_object_lock_configuration(
    Context& ctx, const api::GetObjectLockConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!bucket.object_lock) {
    return errors::no_such_configuration("ObjectLockConfigurationNotFoundError",
                                         "Object Lock configuration does not exist for this bucket",
                                         bucket.name);
  }
  api::GetObjectLockConfigurationOutput out;
  out.ObjectLockConfiguration = read_configuration<api::ObjectLockConfiguration>(
      ctx.env.store, bucket, Configuration::kObjectLock);
  if (!out.ObjectLockConfiguration) {
    out.ObjectLockConfiguration.emplace().ObjectLockEnabled = "Enabled";
  }
  return out;
}

Result<api::PutObjectRetentionOutput> put_object_retention(
    Context& ctx, const api::PutObjectRetentionRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  if (!loaded.object_lock) return no_lock_on_bucket();
  if (!req.Retention) return errors::malformed_xml();
  CUMULITE_TRY(check_retention(ctx, *req.Retention));
  const bool bypass = req.BypassGovernanceRetention.value_or(false);
  auto done =
      update_object(ctx, loaded.name, *req.Key, req.VersionId, {},
                    [&](const BucketRecord&, ObjectRecord& record) -> Result<void> {
                      auto allowed = check_weakening(record, *req.Retention, ctx.now_ms, bypass);
                      if (!allowed.ok()) return allowed;
                      record.lock.mode = req.Retention->Mode.value_or("");
                      record.lock.retain_until_ms =
                          req.Retention->RetainUntilDate ? req.Retention->RetainUntilDate->ms : 0;
                      return {};
                    });
  if (!done.ok()) return std::move(done).error();
  return api::PutObjectRetentionOutput{};
}

Result<api::GetObjectRetentionOutput> get_object_retention(
    Context& ctx, const api::GetObjectRetentionRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!bucket.object_lock) return no_lock_on_bucket();
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, req.VersionId));
  const LockRecord& lock = found.record.lock;
  if (lock.mode.empty()) return no_lock_on_object();
  api::GetObjectRetentionOutput out;
  auto& retention = out.Retention.emplace();
  retention.Mode = lock.mode;
  retention.RetainUntilDate = model::Timestamp{lock.retain_until_ms};
  return out;
}

Result<api::PutObjectLegalHoldOutput> put_object_legal_hold(
    Context& ctx, const api::PutObjectLegalHoldRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  const std::string status = req.LegalHold ? req.LegalHold->Status.value_or("") : "";
  if (status != "ON" && status != "OFF") return errors::malformed_xml();
  if (!loaded.object_lock) return no_lock_on_bucket();
  auto done = update_object(ctx, loaded.name, *req.Key, req.VersionId, {},
                            [&](const BucketRecord&, ObjectRecord& record) -> Result<void> {
                              record.lock.legal_hold = status;
                              return {};
                            });
  if (!done.ok()) return std::move(done).error();
  return api::PutObjectLegalHoldOutput{};
}

Result<api::GetObjectLegalHoldOutput> get_object_legal_hold(
    Context& ctx, const api::GetObjectLegalHoldRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!bucket.object_lock) return no_lock_on_bucket();
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, req.VersionId));
  if (found.record.lock.legal_hold.empty()) return no_lock_on_object();
  api::GetObjectLegalHoldOutput out;
  out.LegalHold.emplace().Status = found.record.lock.legal_hold;
  return out;
}

}  // namespace cumulite::s3
