#include <algorithm>

#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"

namespace cumulite::s3 {

Result<model::Unit> put_bucket_ownership_controls(
    Context& ctx, const api::PutBucketOwnershipControlsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  if (!req.OwnershipControls || !req.OwnershipControls->Rules ||
      req.OwnershipControls->Rules->size() != 1) {
    return errors::malformed_xml();
  }
  const std::string ownership = req.OwnershipControls->Rules->front().ObjectOwnership.value_or("");
  if (ownership != "BucketOwnerEnforced" && ownership != "BucketOwnerPreferred" &&
      ownership != "ObjectWriter") {
    return errors::malformed_xml();
  }
  const Acl acl = bucket_acl(ctx.env.store, bucket);
  const bool only_owner =
      std::all_of(acl.grants.begin(), acl.grants.end(),
                  [&](const AclGrant& grant) { return grant.grantee == bucket.owner_id; });
  if (ownership == "BucketOwnerEnforced" && !only_owner) {
    return Error{"InvalidBucketAclWithObjectOwnership",
                 "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                 400};
  }
  return put_configuration(ctx, req, Configuration::kOwnership, *req.OwnershipControls);
}

Result<api::GetBucketOwnershipControlsOutput> get_bucket_ownership_controls(
    Context& ctx, const api::GetBucketOwnershipControlsRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found =
      read_configuration<api::OwnershipControls>(ctx.env.store, bucket, Configuration::kOwnership);
  if (!found) {
    // What S3 gives a bucket that states none. ACLs are refused only where it is stated.
    found.emplace().Rules.emplace().push_back({"BucketOwnerEnforced"});
  }
  if (!found->Rules || found->Rules->empty()) {
    return errors::no_such_configuration("OwnershipControlsNotFoundError",
                                         "The bucket ownership controls were not found",
                                         bucket.name);
  }
  return api::GetBucketOwnershipControlsOutput{std::move(found)};
}

Result<model::Unit> delete_bucket_ownership_controls(
    Context& ctx, const api::DeleteBucketOwnershipControlsRequest& req) {
  // Kept as empty controls: deleted is not the same as never stated.
  return put_configuration(ctx, req, Configuration::kOwnership, api::OwnershipControls{});
}

Result<model::Unit> put_public_access_block(Context& ctx,
                                            const api::PutPublicAccessBlockRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  if (!req.PublicAccessBlockConfiguration) return errors::malformed_xml();
  api::PublicAccessBlockConfiguration block = *req.PublicAccessBlockConfiguration;
  for (auto* flag : {&block.BlockPublicAcls, &block.IgnorePublicAcls, &block.BlockPublicPolicy,
                     &block.RestrictPublicBuckets}) {
    *flag = flag->value_or(false);
  }
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    bucket.public_access_unset = false;
    write_configuration(txn, bucket, Configuration::kPublicAccessBlock, block);
    return {};
  });
}

Result<api::GetPublicAccessBlockOutput> get_public_access_block(
    Context& ctx, const api::GetPublicAccessBlockRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  auto found = read_configuration<api::PublicAccessBlockConfiguration>(
      ctx.env.store, bucket, Configuration::kPublicAccessBlock);
  // New buckets of AWS block all public access. Here they say so only where nothing is enforced:
  // a local service that refuses what nobody configured is of little use.
  if (!found && bucket.public_access_unset && ctx.env.settings.auth != AuthMode::kEnforce) {
    found.emplace();
    for (auto* flag : {&found->BlockPublicAcls, &found->IgnorePublicAcls, &found->BlockPublicPolicy,
                       &found->RestrictPublicBuckets}) {
      *flag = true;
    }
  }
  if (!found) {
    return errors::no_such_configuration("NoSuchPublicAccessBlockConfiguration",
                                         "The public access block configuration was not found",
                                         bucket.name);
  }
  return api::GetPublicAccessBlockOutput{std::move(found)};
}

Result<model::Unit> delete_public_access_block(Context& ctx,
                                               const api::DeletePublicAccessBlockRequest& req) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    bucket.public_access_unset = false;
    if (!remove_configuration(txn, bucket, Configuration::kPublicAccessBlock)) {
      store_bucket(txn, bucket);
    }
    return {};
  });
}

}  // namespace cumulite::s3
