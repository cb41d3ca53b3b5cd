#include "emulator/services/s3/access/authorize.h"

#include <algorithm>
#include <utility>

#include "emulator/core/policy/request_values.h"
#include "emulator/services/s3/access/actions.h"
#include "emulator/services/s3/access/policy.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/object/versions.h"

namespace cumulite::s3 {

namespace {

/// One thing asked for.
struct Question {
  OperationAction action;
  std::string key;                       ///< Empty: the bucket.
  const ObjectRecord* record = nullptr;  ///< Where the object exists.
};

bool is_enforced(const Context& ctx) {
  return ctx.env.settings.auth == AuthMode::kEnforce;
}

std::string user_of(const Context& ctx) {
  return ctx.caller.anonymous ? std::string() : ctx.caller.canonical_user_id;
}

std::vector<std::string> one_or_none(std::string_view value) {
  if (value.empty()) return {};
  return {std::string(value)};
}

std::vector<std::string> tag_value(const TextPairs& tags, std::string_view name) {
  for (const auto& [key, value] : tags) {
    if (key == name) return {value};
  }
  return {};
}

/// Values of "s3:..." condition keys: the object's tags, the request's query and headers.
std::vector<std::string> service_values(const Context& ctx, const Question& question,
                                        std::string_view key) {
  constexpr std::string_view kExistingTag = "ExistingObjectTag/";
  constexpr std::string_view kRequestTag = "RequestObjectTag/";
  const http::Request& request = ctx.request;
  if (key.starts_with(kExistingTag)) {
    if (question.record == nullptr) return {};
    return tag_value(question.record->tags, key.substr(kExistingTag.size()));
  }
  if (key.starts_with(kRequestTag) || key == "RequestObjectTagKeys") {
    const TextPairs tags = http::parse_query(request.header("x-amz-tagging"));
    if (key != "RequestObjectTagKeys") return tag_value(tags, key.substr(kRequestTag.size()));
    std::vector<std::string> names;
    for (const auto& [name, value] : tags) names.push_back(name);
    return names;
  }
  if (key == "VersionId") return one_or_none(request.query_value("versionId"));
  if (key == "prefix" || key == "delimiter" || key == "max-keys") {
    if (!request.has_query(key)) return {};
    return {request.query_value(key)};
  }
  if (key.starts_with("x-amz-") || key == "if-none-match" || key == "if-match" ||
      key.starts_with("object-lock-")) {
    const std::string name =
        key.starts_with("object-lock-") ? "x-amz-" + std::string(key) : std::string(key);
    return one_or_none(request.header(name));
  }
  return {};
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
  asked.values = [&](std::string_view name) -> std::vector<std::string> {
    if (name.starts_with("s3:")) return service_values(ctx, question, name.substr(3));
    return request_values(ctx, name);
  };
  return ask_policy(text, asked);
}

api::PublicAccessBlockConfiguration public_block(const Context& ctx, const BucketRecord& bucket) {
  return read_configuration<api::PublicAccessBlockConfiguration>(ctx.env.store, bucket,
                                                                 Configuration::kPublicAccessBlock)
      .value_or(api::PublicAccessBlockConfiguration{});
}

bool allowed_by_acl(const Context& ctx, const BucketRecord& bucket, const Question& question) {
  if (question.action.acl.empty()) return false;
  if (configured_ownership(ctx.env.store, bucket) == "BucketOwnerEnforced") return false;
  const bool ignore_public = public_block(ctx, bucket).IgnorePublicAcls.value_or(false);
  const std::string user = user_of(ctx);
  if (!question.action.acl_of_object) {
    return bucket_acl(ctx.env.store, bucket).allows(user, question.action.acl, ignore_public);
  }
  if (question.record == nullptr) return false;
  const ObjectRecord& record = *question.record;
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
  if (question.record == nullptr || question.record->owner_id == bucket.owner_id) return true;
  return configured_ownership(ctx.env.store, bucket) == "BucketOwnerEnforced";
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
    const bool restricted = public_block(ctx, bucket).RestrictPublicBuckets.value_or(false);
    if (!restricted || !is_public_policy(policy)) return true;
  }
  return allowed_by_acl(ctx, bucket, question);
}

/// The object named in the URI, if it is there.
std::optional<ObjectRecord> find_named(const Context& ctx, const BucketRecord& bucket,
                                       const std::string& key) {
  const std::string version = ctx.request.query_value("versionId");
  if (version.empty()) {
    auto latest = find_latest(ctx.env.store, bucket, key);
    if (!latest || latest->record.delete_marker) return std::nullopt;
    return std::move(latest->record);
  }
  const auto id = parse_version_id(version);
  if (!id.ok()) return std::nullopt;
  auto found = find_version(ctx.env.store, bucket, key, *id);
  if (!found) return std::nullopt;
  return std::move(found->record);
}

bool may_list(const Context& ctx, const BucketRecord& bucket) {
  return is_allowed(ctx, bucket, {{"s3:ListBucket", false, "READ", false}, {}, nullptr});
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
  // A batch is judged entry by entry.
  if (operation.name == "DeleteObjects") return {};
  const auto bucket = find_bucket(ctx.env.store, name);
  if (!bucket) return {};
  Question question{action_of(operation, ctx.request.has_query("versionId")),
                    std::string(ctx.route->label("Key")), nullptr};
  std::optional<ObjectRecord> record;
  if (question.action.on_object) {
    record = find_named(ctx, *bucket, question.key);
    if (record) question.record = &*record;
  }
  if (is_allowed(ctx, *bucket, question)) return {};
  // Whether a key is missing is told to those who may list: the handler says so.
  const bool reads = question.action.acl_of_object;
  if (reads && question.record == nullptr && may_list(ctx, *bucket)) return {};
  return errors::access_denied();
}

Result<void> authorize_object(const Context& ctx, const BucketRecord& bucket,
                              std::string_view action, const std::string& key,
                              const ObjectRecord* record) {
  if (!is_enforced(ctx)) return {};
  const bool reads = action.starts_with("s3:GetObject");
  const Question question{
      {std::string(action), true, reads ? "READ" : "WRITE", reads}, key, record};
  if (is_allowed(ctx, bucket, question)) return {};
  return errors::access_denied();
}

Error hide_missing_key(const Context& ctx, const BucketRecord& bucket, Error error) {
  if (!is_enforced(ctx) || error.code != "NoSuchKey" || may_list(ctx, bucket)) return error;
  return errors::access_denied();
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
  if (ownership == "BucketOwnerEnforced" && asked.canned.value_or("") != "private" &&
      asked.canned.value_or("") != "bucket-owner-full-control") {
    return Error{"AccessControlListNotSupported", "The bucket does not allow ACLs", 400};
  }
  if (acl->is_public() && public_block(ctx, bucket).BlockPublicAcls.value_or(false)) {
    return errors::access_denied();
  }
  record.acl = acl->encode();
  return {};
}

}  // namespace cumulite::s3
