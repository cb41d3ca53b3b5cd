#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/access/acl.h"
#include "emulator/services/s3/access/public_block.h"
#include "emulator/services/s3/bucket/bucket_name.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/bucket/location.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/tagging/tags.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kDefaultRegion = "us-east-1";

Error incompatible_location(std::string_view location) {
  return {"IllegalLocationConstraintException",
          fmt::format("The {} location constraint is incompatible for the region specific endpoint "
                      "this request was sent to.",
                      location),
          400};
}

/// Region of the new bucket. The endpoint of us-east-1 makes buckets anywhere, any other endpoint
/// only its own.
Result<std::string> choose_region(const std::string& caller_region,
                                  const std::optional<std::string>& location) {
  if (caller_region == kDefaultRegion) {
    if (!location) return std::string(kDefaultRegion);
    if (!is_location(*location)) {
      return Error{"InvalidLocationConstraint", "The specified location-constraint is not valid",
                   400}
          .with("LocationConstraint", *location);
    }
    return *location == "EU" ? std::string("eu-west-1") : *location;
  }
  // A region that AWS does not have ("local") belongs to a client of local endpoints: it is not
  // refused for leaving its name out.
  if (!location && !is_location(caller_region)) return caller_region;
  if (!location) return incompatible_location("unspecified");
  if (*location == "EU" && caller_region == "eu-west-1") return caller_region;
  if (*location != caller_region) return incompatible_location(*location);
  return caller_region;
}

Result<void> check_ownership(const std::optional<std::string>& ownership) {
  if (!ownership || *ownership == "BucketOwnerEnforced" || *ownership == "BucketOwnerPreferred" ||
      *ownership == "ObjectWriter") {
    return {};
  }
  return errors::invalid_argument(
      fmt::format("Invalid x-amz-object-ownership header: {}", *ownership),
      "x-amz-object-ownership");
}

struct NewBucket {
  BucketRecord record;
  std::optional<TextPairs> tags;
  std::string ownership;  ///< Empty: not stated.
  std::string acl;
};

/// A bucket that is to be has no block of its own.
bool account_blocks_acls(const Context& ctx) {
  const auto block = account_public_block(ctx.env.store, ctx.caller.account_id);
  return block && block->BlockPublicAcls.value_or(false);
}

Result<NewBucket> read_request(const Context& ctx, const api::CreateBucketRequest& req) {
  NewBucket made;
  made.record.name = req.Bucket.value_or("");
  if (!is_valid_bucket_name(made.record.name)) {
    return errors::invalid_bucket_name(made.record.name);
  }
  const auto& configuration = req.CreateBucketConfiguration;
  std::optional<std::string> location;
  if (configuration && configuration->LocationConstraint &&
      !configuration->LocationConstraint->empty()) {
    location = configuration->LocationConstraint;
  }
  CUMULITE_ASSIGN(made.record.region, choose_region(ctx.caller.region, location));
  made.record.european = location == "EU";
  made.record.public_access_unset = true;
  CUMULITE_TRY(check_ownership(req.ObjectOwnership));
  if (configuration && configuration->Tags && !configuration->Tags->empty()) {
    CUMULITE_ASSIGN(made.tags, read_tag_set(*configuration->Tags, TagOwner::kNewBucket));
  }
  made.record.owner_account = ctx.caller.account_id;
  made.record.owner_id = ctx.caller.canonical_user_id;
  made.record.owner_name = ctx.caller.display_name;
  made.record.created_ms = whole_seconds(ctx.now_ms);
  made.record.object_lock = req.ObjectLockEnabledForBucket.value_or(false);
  if (made.record.object_lock) made.record.versioning = Versioning::kEnabled;
  made.ownership = req.ObjectOwnership.value_or("");
  CUMULITE_ASSIGN(const auto acl,
                  acl_from_headers(acl_asked(req), made.record.owner_id, made.record.owner_id));
  if (acl && made.ownership == "BucketOwnerEnforced" && req.ACL.value_or("") != "private") {
    return Error{"InvalidBucketAclWithObjectOwnership",
                 "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                 400};
  }
  if (acl && acl->is_public() && account_blocks_acls(ctx)) return errors::access_denied();
  if (acl) made.acl = acl->encode();
  return made;
}

void write_bucket(storage::Txn& txn, NewBucket& made) {
  BucketRecord& record = made.record;
  store_bucket(txn, record);
  txn.put(spaces::kS3, keys::account_bucket(record.owner_account, record.name), "");
  if (!made.ownership.empty()) {
    api::OwnershipControls controls;
    controls.Rules.emplace().push_back({made.ownership});
    write_configuration(txn, record, Configuration::kOwnership, controls);
  }
  if (!made.acl.empty()) write_configuration_row(txn, record, Configuration::kAcl, made.acl);
  if (made.tags) {
    write_configuration(txn, record, Configuration::kTagging,
                        api::Tagging{write_tag_set(*made.tags)});
  }
}

}  // namespace

Result<api::CreateBucketOutput> create_bucket(Context& ctx, const api::CreateBucketRequest& req) {
  CUMULITE_ASSIGN(NewBucket made, read_request(ctx, req));
  const std::string name = made.record.name;
  const storage::Domains domains = {
      storage::Domain::exclusive_on(spaces::kS3, keys::bucket(name)),
      storage::Domain::exclusive_on(spaces::kS3,
                                    keys::account_bucket(ctx.caller.account_id, name))};
  CUMULITE_TRY(ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    if (const auto existing = find_bucket(txn, name)) {
      if (existing->owner_account != ctx.caller.account_id) {
        return errors::bucket_already_exists(name);
      }
      // The legacy of us-east-1: making one's own bucket again succeeds and changes nothing.
      const bool again = ctx.caller.region == kDefaultRegion && existing->region == kDefaultRegion;
      if (!again || made.tags) return errors::bucket_already_owned_by_you(name);
      return {};
    }
    write_bucket(txn, made);
    return {};
  }));
  api::CreateBucketOutput out;
  out.Location = made.record.region == kDefaultRegion
                     ? "/" + name
                     : fmt::format("http://{}.s3.amazonaws.com/", name);
  out.BucketArn = "arn:aws:s3:::" + name;
  return out;
}

}  // namespace cumulite::s3
