#include "emulator/services/s3/access/policy.h"

#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/access/public_block.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_policy(Context& ctx, const api::PutBucketPolicyRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  const std::string text = req.Policy.value_or("");
  CUMULITE_TRY(check_policy_document(text, loaded.name));
  const auto block = public_block(ctx.env.store, loaded);
  if (block.BlockPublicPolicy.value_or(false) && is_public_policy(text)) {
    return errors::access_denied();
  }
  ctx.response.status = 204;
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    write_configuration_row(txn, bucket, Configuration::kPolicy, text);
    return {};
  });
}

Result<api::GetBucketPolicyOutput> get_bucket_policy(Context& ctx,
                                                     const api::GetBucketPolicyRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto text = read_configuration_row(ctx.env.store, bucket, Configuration::kPolicy);
  if (!text) {
    return errors::no_such_configuration("NoSuchBucketPolicy", "The bucket policy does not exist",
                                         bucket.name);
  }
  return api::GetBucketPolicyOutput{std::move(text)};
}

Result<api::GetBucketPolicyStatusOutput> get_bucket_policy_status(
    Context& ctx, const api::GetBucketPolicyStatusRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  const auto text = read_configuration_row(ctx.env.store, bucket, Configuration::kPolicy);
  api::GetBucketPolicyStatusOutput out;
  out.PolicyStatus.emplace().IsPublic =
      (text && is_public_policy(*text)) || bucket_acl(ctx.env.store, bucket).is_public();
  return out;
}

Result<model::Unit> delete_bucket_policy(Context& ctx, const api::DeleteBucketPolicyRequest& req) {
  return delete_configuration(ctx, req, Configuration::kPolicy);
}

}  // namespace cumulite::s3
