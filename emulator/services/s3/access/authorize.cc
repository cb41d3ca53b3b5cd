#include "emulator/services/s3/access/authorize.h"

#include <algorithm>
#include <utility>

#include "emulator/services/s3/access/actions.h"
#include "emulator/services/s3/access/condition_keys.h"
#include "emulator/services/s3/access/named_object.h"
#include "emulator/services/s3/access/policy.h"
#include "emulator/services/s3/access/public_block.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"

namespace cumulite::s3 {

namespace {

/// One thing asked for.
struct Question {
  OperationAction action;
  std::string key;  ///< Empty: the bucket.
  const NamedObject& object;
  std::string listed_key = {};  ///< A listing that stands for a look at this key.
};

bool is_enforced(const Context& ctx) {
  return ctx.env.settings.auth == AuthMode::kEnforce;
}

std::string user_of(const Context& ctx) {
  return ctx.caller.anonymous ? std::string() : ctx.caller.canonical_user_id;
}

PolicyAnswer ask_bucket_policy(const Context& ctx, const BucketRecord& bucket,
                               const Question& question, std::string& text) {
  const auto row = read_configuration_row(ctx.env.store, bucket, Configuration::kPolicy);
  if (!row) return PolicyAnswer::kNothing;
  text = *row;
  PolicyQuestion asked;
  asked.action = question.action.action;
  asked.resource = "arn:aws:s3:::" + bucket.name;
  if (question.action.on_object) asked.resource += "/" + question.key;
  if (!ctx.caller.anonymous) asked.account = ctx.caller.account_id;
  asked.canonical_user_id = user_of(ctx);
  const ConditionSubject subject{bucket, question.object, question.listed_key};
  asked.values = [&](std::string_view name) { return condition_values(ctx, subject, name); };
  return ask_policy(text, asked);
}

bool allowed_by_acl(const Context& ctx, const BucketRecord& bucket, const Question& question) {
  if (question.action.acl.empty()) return false;
  if (configured_ownership(ctx.env.store, bucket) == "BucketOwnerEnforced") return false;
  const bool ignore_public = public_block(ctx.env.store, bucket).IgnorePublicAcls.value_or(false);
  const std::string user = user_of(ctx);
  if (!question.action.acl_of_object) {
    return bucket_acl(ctx.env.store, bucket).allows(user, question.action.acl, ignore_public);
  }
  if (question.object.record() == nullptr) return false;
  const ObjectRecord& record = *question.object.record();
  // The owner of an object may always read and write its ACL.
  const bool acp = question.action.acl == "READ_ACP" || question.action.acl == "WRITE_ACP";
  if (acp && !user.empty() && user == record.owner_id) return true;
  return Acl::decode(record.acl, record.owner_id).allows(user, question.action.acl, ignore_public);
}

/// Whether the account that owns the bucket is allowed without any grant: everything but the bytes
/// and the ACL of objects that somebody else owns.
bool owner_may(const Context& ctx, const BucketRecord& bucket, const Question& question) {
  if (ctx.caller.anonymous || ctx.caller.account_id != bucket.owner_account) return false;
  if (!question.action.acl_of_object || question.action.acl.empty()) return true;
  if (configured_ownership(ctx.env.store, bucket) == "BucketOwnerEnforced") return true;
  const ObjectRecord* record = question.object.record();
  return record == nullptr || record->owner_id == bucket.owner_id;
}

/// The owner can always repair a policy that shuts everybody out.
bool manages_policy(std::string_view action) {
  return action == "s3:PutBucketPolicy" || action == "s3:GetBucketPolicy" ||
         action == "s3:DeleteBucketPolicy";
}

bool is_allowed(const Context& ctx, const BucketRecord& bucket, const Question& question) {
  const bool own = owner_may(ctx, bucket, question);
  if (own && manages_policy(question.action.action)) return true;
  std::string policy;
  const PolicyAnswer answer = ask_bucket_policy(ctx, bucket, question, policy);
  if (answer == PolicyAnswer::kDeny) return false;
  if (own) return true;
  if (answer == PolicyAnswer::kAllow) {
    const auto block = public_block(ctx.env.store, bucket);
    if (!block.RestrictPublicBuckets.value_or(false) || !is_public_policy(policy)) return true;
  }
  return allowed_by_acl(ctx, bucket, question);
}

/// Whether the caller may know that the key is not there.
bool may_list(const Context& ctx, const BucketRecord& bucket, const std::string& key) {
  const NamedObject none;
  return is_allowed(ctx, bucket, {{"s3:ListBucket", false, "READ", false}, {}, none, key});
}

bool has_requester_pays(const Context& ctx, const BucketRecord& bucket) {
  const auto payment = read_configuration<api::RequestPaymentConfiguration>(
      ctx.env.store, bucket, Configuration::kRequestPayment);
  return payment && payment->Payer.value_or("") == "Requester";
}

/// Others than the owner must say that they pay; nobody can charge an anonymous caller.
Result<void> check_payer(const Context& ctx, const BucketRecord& bucket) {
  if (!bucket.has(Configuration::kRequestPayment)) return {};
  const bool own = !ctx.caller.anonymous && ctx.caller.account_id == bucket.owner_account;
  if (own || !has_requester_pays(ctx, bucket)) return {};
  const bool agrees = ctx.request.header("x-amz-request-payer") == "requester" ||
                      ctx.request.query_value("x-amz-request-payer") == "requester";
  if (agrees && !ctx.caller.anonymous) return {};
  return errors::access_denied();
}

/// What a write asks for beside the object itself, each an action of its own.
Result<void> check_extras(const Context& ctx, const BucketRecord& bucket,
                          const Question& question) {
  if (question.action.action != "s3:PutObject") return {};
  const auto asks = [&](std::string_view header, std::string_view action) -> Result<void> {
    if (!ctx.request.has_header(header)) return {};
    const OperationAction extra{std::string(action), true, {}, false};
    if (is_allowed(ctx, bucket, {extra, question.key, question.object})) return {};
    return errors::access_denied();
  };
  CUMULITE_TRY(asks("x-amz-tagging", "s3:PutObjectTagging"));
  CUMULITE_TRY(asks("x-amz-object-lock-mode", "s3:PutObjectRetention"));
  return asks("x-amz-object-lock-legal-hold", "s3:PutObjectLegalHold");
}

/// The permission of an ACL that grants the action on objects; empty: no ACL does.
std::string_view acl_of(std::string_view action) {
  if (action == "s3:GetObject" || action == "s3:GetObjectVersion") return "READ";
  const bool writes =
      action == "s3:PutObject" || action == "s3:DeleteObject" || action == "s3:DeleteObjectVersion";
  return writes ? "WRITE" : "";
}

/// Those whose handlers ask authorize_read.
bool is_read(const model::Operation& operation) {
  return operation.name == "GetObject" || operation.name == "HeadObject";
}

/// Whether a key is missing is told to those who may list: the handler says so.
Result<void> refuse(const Context& ctx, const BucketRecord& bucket, const Question& question) {
  const bool reads = question.action.acl_of_object;
  if (reads && question.object.record() == nullptr && may_list(ctx, bucket, question.key)) {
    return {};
  }
  return errors::access_denied();
}

}  // namespace

Acl bucket_acl(const storage::Reader& reader, const BucketRecord& bucket) {
  const auto row = read_configuration_row(reader, bucket, Configuration::kAcl);
  return Acl::decode(row.value_or(""), bucket.owner_id);
}

std::string configured_ownership(const storage::Reader& reader, const BucketRecord& bucket) {
  const auto controls =
      read_configuration<api::OwnershipControls>(reader, bucket, Configuration::kOwnership);
  if (!controls || !controls->Rules || controls->Rules->empty()) return {};
  return controls->Rules->front().ObjectOwnership.value_or("");
}

Result<void> authorize_operation(Context& ctx, const model::Operation& operation) {
  if (!is_enforced(ctx) || ctx.route == nullptr) return {};
  const std::string name(ctx.route->label("Bucket"));
  if (name.empty() || operation.name == "CreateBucket") {
    if (ctx.caller.anonymous) return errors::access_denied();
    return {};
  }
  const auto bucket = current_bucket(ctx.env.store, name);
  if (!bucket) return {};
  CUMULITE_TRY(check_payer(ctx, *bucket));
  // A batch is judged entry by entry; a read once it has read the object's row.
  if (operation.name == "DeleteObjects" || is_read(operation)) return {};
  const std::string key(ctx.route->label("Key"));
  const OperationAction action = action_of(operation, ctx.request.has_query("versionId"));
  const NamedObject object(ctx, *bucket, key);
  const NamedObject none;
  const Question question{action, key, action.on_object ? object : none};
  if (is_allowed(ctx, *bucket, question)) return check_extras(ctx, *bucket, question);
  return refuse(ctx, *bucket, question);
}

Result<void> authorize_read(const Context& ctx, const BucketRecord& bucket, const std::string& key,
                            const ObjectRecord* record) {
  if (!is_enforced(ctx) || ctx.route == nullptr) return {};
  const bool versioned = ctx.request.has_query("versionId");
  const NamedObject object(record);
  const Question question{
      {versioned ? "s3:GetObjectVersion" : "s3:GetObject", true, "READ", true}, key, object};
  if (!is_allowed(ctx, bucket, question)) return refuse(ctx, bucket, question);
  // Who may read, but not list, is not told that a key is missing.
  if (record != nullptr || versioned || may_list(ctx, bucket, key)) return {};
  return errors::access_denied();
}

Result<void> authorize_object(const Context& ctx, const BucketRecord& bucket,
                              std::string_view action, const std::string& key,
                              const ObjectRecord* record) {
  if (!is_enforced(ctx)) return {};
  const bool reads = action.starts_with("s3:GetObject");
  const NamedObject object(record);
  const Question question{{std::string(action), true, acl_of(action), reads}, key, object};
  if (is_allowed(ctx, bucket, question)) return {};
  return errors::access_denied();
}

Result<void> authorize_bucket(const Context& ctx, const BucketRecord& bucket,
                              std::string_view action) {
  if (!is_enforced(ctx)) return {};
  const NamedObject none;
  if (is_allowed(ctx, bucket, {{std::string(action), false, {}, false}, {}, none})) return {};
  return errors::access_denied();
}

bool is_charged(const Context& ctx, std::string_view bucket_name) {
  if (!ctx.request.has_header("x-amz-request-payer")) return false;
  const auto bucket = current_bucket(ctx.env.store, bucket_name);
  return bucket && bucket->has(Configuration::kRequestPayment) &&
         ctx.caller.account_id != bucket->owner_account && has_requester_pays(ctx, *bucket);
}

Result<void> choose_owner(const Context& ctx, const BucketRecord& bucket, const AclRequest& asked,
                          ObjectRecord& record) {
  const std::string ownership = configured_ownership(ctx.env.store, bucket);
  if (is_enforced(ctx) && ownership != "BucketOwnerEnforced" && !ctx.caller.anonymous) {
    const bool given = ownership == "BucketOwnerPreferred" &&
                       asked.canned.value_or("") == "bucket-owner-full-control";
    if (!given) {
      record.owner_id = ctx.caller.canonical_user_id;
      record.owner_account = ctx.caller.account_id;
    }
  }
  CUMULITE_ASSIGN(const auto acl, acl_from_headers(asked, record.owner_id, bucket.owner_id));
  if (!acl) return {};
  if (ownership == "BucketOwnerEnforced" &&
      asked.canned.value_or("") != "bucket-owner-full-control") {
    return Error{"AccessControlListNotSupported", "The bucket does not allow ACLs", 400};
  }
  if (acl->is_public() && public_block(ctx.env.store, bucket).BlockPublicAcls.value_or(false)) {
    return errors::access_denied();
  }
  record.acl = acl->encode();
  return {};
}

}  // namespace cumulite::s3
