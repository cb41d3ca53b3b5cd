#include "emulator/services/s3/access/delivery.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "emulator/core/policy/policy.h"
#include "emulator/core/settings.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"

namespace cumulite::s3 {

namespace {

/// Values of the condition keys that AWS recommends for such policies.
std::vector<std::string> delivery_values(const BucketRecord& source, std::string_view service,
                                         std::string_view key) {
  std::string name(key);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name == "aws:sourceaccount") return {source.owner_account};
  if (name == "aws:sourcearn") return {std::string(kBucketArn) + source.name};
  if (name == "s3:x-amz-acl") return {"bucket-owner-full-control"};
  if (name == "aws:securetransport") return {"true"};
  if (name == "aws:principalservicename") return {std::string(service)};
  return {};
}

PolicyAnswer ask_target(const Environment& env, const BucketRecord& source,
                        const BucketRecord& target, std::string_view service,
                        const std::string& key) {
  const auto policy = read_configuration_row(env.store, target, Configuration::kPolicy);
  if (!policy) return PolicyAnswer::kNothing;
  PolicyQuestion asked;
  asked.action = "s3:PutObject";
  asked.resource = std::string(kBucketArn) + target.name + "/" + key;
  asked.service = service;
  asked.values = [&](std::string_view name) { return delivery_values(source, service, name); };
  return ask_policy(*policy, asked);
}

bool grants_log_delivery(const Environment& env, const BucketRecord& target) {
  if (configured_ownership(env.store, target) == "BucketOwnerEnforced") return false;
  const Acl acl = bucket_acl(env.store, target);
  return std::any_of(acl.grants.begin(), acl.grants.end(), [](const AclGrant& grant) {
    return grant.grantee == kLogDelivery &&
           (grant.permission == "WRITE" || grant.permission == "FULL_CONTROL");
  });
}

}  // namespace

bool takes_delivery(const Environment& env, const BucketRecord& source, const std::string& target,
                    std::string_view service, const std::string& key) {
  if (env.settings.auth != AuthMode::kEnforce) return true;
  const auto bucket = current_bucket(env.store, target);
  if (!bucket) return true;
  const PolicyAnswer answer = ask_target(env, source, *bucket, service, key);
  if (answer != PolicyAnswer::kNothing) return answer == PolicyAnswer::kAllow;
  return service == kLoggingPrincipal && grants_log_delivery(env, *bucket);
}

}  // namespace cumulite::s3
