#include "emulator/services/kms/lookup.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/core/aes_gcm.h"
#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/managed_key.h"
#include "emulator/services/kms/errors.h"
#include "emulator/services/kms/specs.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::kms {
namespace {

/// The services whose keys AWS manages.
constexpr std::string_view kManagedServices[] = {"acm",
                                                 "backup",
                                                 "connect",
                                                 "dms",
                                                 "dynamodb",
                                                 "ebs",
                                                 "elasticfilesystem",
                                                 "es",
                                                 "fsx",
                                                 "glacier",
                                                 "glue",
                                                 "kinesis",
                                                 "kinesisvideo",
                                                 "lambda",
                                                 "lightsail",
                                                 "rds",
                                                 "redshift",
                                                 "s3",
                                                 "secretsmanager",
                                                 "ses",
                                                 "sns",
                                                 "sqs",
                                                 "ssm",
                                                 "workspaces",
                                                 "xray"};

/// Takes the managed keys' part: "s3" of "alias/aws/s3", if there is such a service.
std::optional<std::string_view> managed_service(std::string_view alias) {
  if (!take_prefix(alias, kManagedPrefix)) return std::nullopt;
  const auto* found = std::find(std::begin(kManagedServices), std::end(kManagedServices), alias);
  if (found == std::end(kManagedServices)) return std::nullopt;
  return *found;
}

std::optional<std::string_view> managed_service_of_key(const Place& place, std::string_view id) {
  for (const std::string_view service : kManagedServices) {
    if (managed_key_id(place.account, place.region, service) == id) return service;
  }
  return std::nullopt;
}

/// As AWS writes those policies: whoever may use the service may use its key, through it.
std::string managed_policy(const Place& place, std::string_view service) {
  return fmt::format(
      R"({{"Version":"2012-10-17","Id":"auto-{0}-2","Statement":[{{"Sid":"Allow access through {0} for all principals in the account that are authorized to use {0}","Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],"Resource":"*","Condition":{{"StringEquals":{{"kms:CallerAccount":"{1}","kms:ViaService":"{0}.{2}.amazonaws.com"}}}}}},{{"Sid":"Allow direct access to key metadata to the account","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{1}:root"}},"Action":["kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}}]}})",
      service, place.account, place.region);
}

/// The key of the service, which its first use makes.
Key make_managed_key(Context& ctx, const Place& place, std::string_view service) {
  Key key;
  key.id = managed_key_id(place.account, place.region, service);
  key.description =
      fmt::format("Default key that protects my {} data when no other key is defined", service);
  key.usage = kEncryptDecrypt;
  key.spec = kSymmetricDefault;
  key.origin = "AWS_KMS";
  key.managed_alias = fmt::format("{}{}", kManagedPrefix, service);
  key.policy = managed_policy(place, service);
  key.created_ms = ctx.now_ms;
  key.materials.push_back(new_material(key.spec, ctx.now_ms));
  const Alias alias{key.managed_alias, key.id, ctx.now_ms, ctx.now_ms};
  return ctx.env.store.transact(place_domains(place), [&](storage::Txn& txn) {
    if (auto made = load_key(txn, place, key.id)) return std::move(*made);
    store_key(txn, place, key);
    txn.put(spaces::kKms, keys::alias(place, alias.name), encode_alias(alias));
    return key;
  });
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

/// "1234abcd-12ab-34cd-56ef-1234567890ab", or that of a key of several Regions, "mrk-" and 32
/// digits.
bool is_key_id(std::string_view id) {
  if (take_prefix(id, "mrk-")) return id.size() == 32 && is_hex(id);
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? id[i] != '-' : !is_hex(id.substr(i, 1))) return false;
  }
  return true;
}

Result<Found> find_by_id(Context& ctx, const Place& place, std::string_view id) {
  if (auto key = load_key(ctx.env.store, place, id)) return Found{place, std::move(*key)};
  if (const auto service = managed_service_of_key(place, id)) {
    return Found{place, make_managed_key(ctx, place, *service)};
  }
  return errors::key_not_found(place.key_arn(id));
}

Result<Found> find_by_alias(Context& ctx, const Place& place, std::string_view name) {
  if (const auto alias = load_alias(ctx.env.store, place, name)) {
    return find_by_id(ctx, place, alias->key_id);
  }
  if (const auto service = managed_service(name)) {
    return Found{place, make_managed_key(ctx, place, *service)};
  }
  return errors::alias_not_found(place.alias_arn(name));
}

Result<void> check_change(const Found& found, std::string_view operation, Change allowed,
                          const std::string& account) {
  if (!found.key.managed_alias.empty()) {
    return errors::managed_by_aws(account, operation, found.arn());
  }
  if (allowed == Change::kEnabled) return check_usable(found);
  if (allowed == Change::kNotPendingDeletion && found.key.deletion_ms != 0) {
    return errors::invalid_state(found.arn(), "is pending deletion");
  }
  return {};
}

}  // namespace

Place place_of(const Context& ctx) {
  return {ctx.caller.account_id, ctx.caller.region};
}

Result<Found> find_key(Context& ctx, std::string_view id, Named named) {
  Place place = place_of(ctx);
  std::string_view resource = id;
  if (const auto arn = parse_arn(id)) {
    if (!arn->is_of("kms")) return errors::invalid_key_id(id);
    if (arn->region != place.region) return errors::invalid_arn(arn->region);
    place.account = arn->account;
    resource = arn->resource;
    if (take_prefix(resource, "key/")) return find_by_id(ctx, place, resource);
  }
  if (resource.starts_with(kAliasPrefix) && named == Named::kByKeyOrAlias) {
    return find_by_alias(ctx, place, resource);
  }
  if (!is_key_id(resource)) return errors::invalid_key_id(id);
  return find_by_id(ctx, place, resource);
}

Result<void> check_usable(const Found& found) {
  const std::string_view state = found.key.state();
  if (state == "PendingDeletion") return errors::invalid_state(found.arn(), "is pending deletion");
  if (state == "PendingImport") return errors::invalid_state(found.arn(), "is pending import");
  if (state == "Disabled") return errors::disabled(found.arn());
  return {};
}

Result<Found> find_usable_key(Context& ctx, std::string_view id) {
  CUMULITE_ASSIGN(Found found, find_key(ctx, id, Named::kByKeyOrAlias));
  CUMULITE_TRY(check_usable(found));
  return found;
}

Result<Found> change_key(Context& ctx, std::string_view id, std::string_view operation,
                         Change allowed,
                         const std::function<Result<void>(storage::Txn&, Found&)>& change) {
  CUMULITE_ASSIGN(const Found seen, find_key(ctx, id, Named::kByKey));
  return ctx.env.store.transact(place_domains(seen.place), [&](storage::Txn& txn) -> Result<Found> {
    auto key = load_key(txn, seen.place, seen.key.id);
    if (!key) return errors::key_not_found(seen.arn());
    Found found{seen.place, std::move(*key)};
    CUMULITE_TRY(check_change(found, operation, allowed, ctx.caller.account_id));
    CUMULITE_TRY(change(txn, found));
    store_key(txn, found.place, found.key);
    return found;
  });
}

void register_key_date(Environment& env, std::string_view kind, std::int64_t Key::*date,
                       std::function<void(storage::Txn&, Found)> action) {
  const auto run = [&env, date, action = std::move(action)](const DueRow& row, std::int64_t) {
    auto arn = parse_arn(row.id);
    if (!arn || !take_prefix(arn->resource, "key/")) {
      return env.store.transact({}, [&](storage::Txn& txn) { env.due.remove(txn, row); });
    }
    const Place place{std::string(arn->account), std::string(arn->region)};
    env.store.transact(place_domains(place), [&](storage::Txn& txn) {
      env.due.remove(txn, row);
      auto key = load_key(txn, place, arn->resource);
      if (key && (*key).*date == row.due_ms) action(txn, {place, std::move(*key)});
    });
  };
  env.due.register_kind(std::string(kind), run);
}

std::vector<std::string> managed_aliases() {
  std::vector<std::string> names;
  for (const std::string_view service : kManagedServices) {
    names.push_back(fmt::format("{}{}", kManagedPrefix, service));
  }
  return names;
}

Material new_material(std::string_view spec, std::int64_t now_ms, std::string_view rotation) {
  Material material;
  // Random, not made from the bytes: it is shown.
  material.id = checksum::hex(aes_gcm::random_bytes(32));
  material.bytes = make_material(spec);
  material.created_ms = now_ms;
  material.rotation = rotation;
  return material;
}

std::string default_policy(std::string_view account) {
  return fmt::format(R"({{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:aws:iam::{}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}})",
                     account);
}

}  // namespace cumulite::kms
