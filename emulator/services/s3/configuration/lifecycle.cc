#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/check_rules.h"
#include "emulator/services/s3/lifecycle/run.h"

namespace cumulite::s3 {

namespace {

constexpr const char* kDefaultMinimum = "all_storage_classes_128K";
constexpr const char* kVaryingMinimum = "varies_by_storage_class";

}  // namespace

Result<api::PutBucketLifecycleConfigurationOutput> put_bucket_lifecycle_configuration(
    Context& ctx, const api::PutBucketLifecycleConfigurationRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const std::string minimum = req.TransitionDefaultMinimumObjectSize.value_or(kDefaultMinimum);
  if (minimum != kDefaultMinimum && minimum != kVaryingMinimum) {
    return errors::invalid_request("Invalid TransitionDefaultMinimumObjectSize found: " + minimum);
  }
  if (!req.LifecycleConfiguration) return errors::malformed_xml();
  api::BucketLifecycleConfiguration configuration = *req.LifecycleConfiguration;
  CUMULITE_TRY(check_lifecycle_rules(configuration));
  auto done = change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    bucket.transition_minimum_varies = minimum == kVaryingMinimum;
    write_configuration(txn, bucket, Configuration::kLifecycle, configuration);
    schedule_lifecycle(txn, ctx.env, bucket, ctx.now_ms);
    return {};
  });
  if (!done.ok()) return std::move(done).error();
  return api::PutBucketLifecycleConfigurationOutput{minimum};
}

Result<api::GetBucketLifecycleConfigurationOutput> get_bucket_lifecycle_configuration(
    Context& ctx, const api::GetBucketLifecycleConfigurationRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found = read_configuration<api::BucketLifecycleConfiguration>(ctx.env.store, bucket,
                                                                     Configuration::kLifecycle);
  if (!found) {
    return errors::no_such_configuration("NoSuchLifecycleConfiguration",
                                         "The lifecycle configuration does not exist", bucket.name);
  }
  return api::GetBucketLifecycleConfigurationOutput{
      std::move(found->Rules),
      bucket.transition_minimum_varies ? kVaryingMinimum : kDefaultMinimum};
}

Result<model::Unit> delete_bucket_lifecycle(Context& ctx,
                                            const api::DeleteBucketLifecycleRequest& req) {
  return delete_configuration(ctx, req, Configuration::kLifecycle);
}

}  // namespace cumulite::s3
