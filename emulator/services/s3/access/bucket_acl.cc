#include "emulator/services/s3/access/acl.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/access/public_block.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/object/update.h"

namespace cumulite::s3 {

namespace {

/// The ACL that a put states, as headers or as a body.
template <class Request>
Result<Acl> stated_acl(const Request& req, const std::string& owner_id,
                       const std::string& bucket_owner_id) {
  const AclRequest asked = acl_asked(req);
  if (!asked.empty() && req.AccessControlPolicy) {
    return Error{"UnexpectedContent", "This request does not support content", 400};
  }
  CUMULITE_ASSIGN(auto acl, acl_from_headers(asked, owner_id, bucket_owner_id));
  if (acl) return std::move(*acl);
  if (!req.AccessControlPolicy) {
    return errors::missing_header("Your request was missing a required header", "x-amz-acl");
  }
  return acl_from_policy(*req.AccessControlPolicy, owner_id);
}

Result<void> check_allowed(const Context& ctx, const BucketRecord& bucket, const Acl& acl) {
  if (configured_ownership(ctx.env.store, bucket) == "BucketOwnerEnforced") {
    return Error{"AccessControlListNotSupported", "The bucket does not allow ACLs", 400};
  }
  if (acl.is_public() && public_block(ctx.env.store, bucket).BlockPublicAcls.value_or(false)) {
    return errors::access_denied();
  }
  return {};
}

}  // namespace

Result<model::Unit> put_bucket_acl(Context& ctx, const api::PutBucketAclRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const Acl acl, stated_acl(req, loaded.owner_id, loaded.owner_id));
  CUMULITE_TRY(check_allowed(ctx, loaded, acl));
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    write_configuration_row(txn, bucket, Configuration::kAcl, acl.encode());
    return {};
  });
}

Result<api::GetBucketAclOutput> get_bucket_acl(Context& ctx, const api::GetBucketAclRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  const Acl acl = bucket_acl(ctx.env.store, bucket);
  return api::GetBucketAclOutput{api::Owner{std::nullopt, bucket.owner_id}, write_grants(acl)};
}

Result<api::PutObjectAclOutput> put_object_acl(Context& ctx, const api::PutObjectAclRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  auto done = update_object(ctx, loaded.name, *req.Key, req.VersionId, "ObjectAcl:Put",
                            [&](const BucketRecord& bucket, ObjectRecord& record) -> Result<void> {
                              auto acl = stated_acl(req, record.owner_id, bucket.owner_id);
                              if (!acl.ok()) return std::move(acl).error();
                              auto allowed = check_allowed(ctx, bucket, *acl);
                              if (!allowed.ok()) return allowed;
                              record.acl = acl->encode();
                              return {};
                            });
  if (!done.ok()) return std::move(done).error();
  return api::PutObjectAclOutput{};
}

Result<api::GetObjectAclOutput> get_object_acl(Context& ctx, const api::GetObjectAclRequest& req) {
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket_of(ctx.env.store, req));
  CUMULITE_ASSIGN(const FoundVersion found,
                  find_object(ctx, ctx.env.store, bucket, *req.Key, req.VersionId));
  const Acl acl = Acl::decode(found.record.acl, found.record.owner_id);
  return api::GetObjectAclOutput{api::Owner{std::nullopt, found.record.owner_id},
                                 write_grants(acl)};
}

}  // namespace cumulite::s3
