#include <algorithm>
#include <set>

#include "emulator/core/ids.h"
#include "emulator/services/s3/configuration/change.h"
#include "emulator/services/s3/configuration/seattle_date.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "emulator/services/s3/lifecycle/run.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kLifecycleRulesMax = 1000;
constexpr std::size_t kIdMax = 255;
constexpr const char* kDefaultMinimum = "all_storage_classes_128K";
constexpr const char* kVaryingMinimum = "varies_by_storage_class";

Error invalid(std::string_view message) {
  return {"InvalidArgument", std::string(message), 400};
}

/// Dates of rules are midnights.
Result<void> check_date(const std::optional<model::Timestamp>& date) {
  if (!date || date->ms % kDayMs == 0) return {};
  return errors::invalid_argument("'Date' must be at midnight GMT", "Date", seattle_date(date->ms));
}

Result<void> check_expiration(const api::LifecycleExpiration& expiration) {
  const int given = (expiration.Date ? 1 : 0) + (expiration.Days ? 1 : 0) +
                    (expiration.ExpiredObjectDeleteMarker ? 1 : 0);
  if (given != 1) return errors::malformed_xml();
  if (expiration.Days && *expiration.Days <= 0) {
    return invalid("'Days' for Expiration action must be a positive integer");
  }
  return check_date(expiration.Date);
}

bool is_transition_class(const std::optional<std::string>& name) {
  constexpr std::string_view kClasses[] = {"GLACIER",    "STANDARD_IA",  "ONEZONE_IA",
                                           "GLACIER_IR", "DEEP_ARCHIVE", "INTELLIGENT_TIERING"};
  return name && std::find(std::begin(kClasses), std::end(kClasses), *name) != std::end(kClasses);
}

Result<void> check_transitions(const api::LifecycleRule& rule) {
  for (const auto& transition : rule.Transitions.value_or(std::vector<api::Transition>{})) {
    if (!is_transition_class(transition.StorageClass)) return errors::malformed_xml();
    if (transition.Date.has_value() == transition.Days.has_value()) return errors::malformed_xml();
    if (transition.Days && *transition.Days < 0) {
      return invalid("'Days' for Transition action must be nonnegative");
    }
    CUMULITE_TRY(check_date(transition.Date));
  }
  for (const auto& transition : rule.NoncurrentVersionTransitions.value_or(
           std::vector<api::NoncurrentVersionTransition>{})) {
    if (!is_transition_class(transition.StorageClass)) return errors::malformed_xml();
  }
  return {};
}

Result<void> check_filter(const api::LifecycleRule& rule) {
  if (rule.Filter && rule.Prefix) return errors::malformed_xml();
  if (!rule.Filter && !rule.Prefix) return errors::malformed_xml();
  if (!rule.Filter) return {};
  const auto& filter = *rule.Filter;
  const int given = (filter.Prefix ? 1 : 0) + (filter.Tag ? 1 : 0) + (filter.And ? 1 : 0) +
                    (filter.ObjectSizeGreaterThan ? 1 : 0) + (filter.ObjectSizeLessThan ? 1 : 0);
  if (given > 1) return errors::malformed_xml();
  std::set<std::string> keys;
  for (const api::Tag& tag :
       filter.And&& filter.And->Tags ? *filter.And->Tags : std::vector<api::Tag>{}) {
    if (!keys.insert(tag.Key.value_or("")).second) {
      return errors::invalid_request("Duplicate Tag Keys are not allowed.");
    }
  }
  return {};
}

Result<void> check_rule(api::LifecycleRule& rule) {
  if (!rule.Status || (*rule.Status != "Enabled" && *rule.Status != "Disabled")) {
    return errors::malformed_xml();
  }
  if (!rule.ID || rule.ID->empty()) rule.ID = ids::random_base64url(30);
  if (rule.ID->size() > kIdMax) return invalid("ID length should not exceed allowed limit of 255");
  CUMULITE_TRY(check_filter(rule));
  if (!rule.Expiration && !rule.Transitions && !rule.NoncurrentVersionExpiration &&
      !rule.NoncurrentVersionTransitions && !rule.AbortIncompleteMultipartUpload) {
    return Error{"InvalidRequest", "At least one action needs to be specified in a rule.", 400};
  }
  if (rule.Expiration) CUMULITE_TRY(check_expiration(*rule.Expiration));
  if (rule.NoncurrentVersionExpiration && !rule.NoncurrentVersionExpiration->NoncurrentDays &&
      !rule.NoncurrentVersionExpiration->NewerNoncurrentVersions) {
    return errors::malformed_xml();
  }
  if (rule.NoncurrentVersionExpiration &&
      rule.NoncurrentVersionExpiration->NoncurrentDays.value_or(0) <= 0) {
    return invalid(
        "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer");
  }
  if (rule.AbortIncompleteMultipartUpload &&
      rule.AbortIncompleteMultipartUpload->DaysAfterInitiation.value_or(0) <= 0) {
    return invalid(
        "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive "
        "integer");
  }
  return check_transitions(rule);
}

}  // namespace

Result<api::PutBucketLifecycleConfigurationOutput> put_bucket_lifecycle_configuration(
    Context& ctx, const api::PutBucketLifecycleConfigurationRequest& req) {
  CUMULITE_TRY(load_bucket_of(ctx.env.store, req));
  const std::string minimum = req.TransitionDefaultMinimumObjectSize.value_or(kDefaultMinimum);
  if (minimum != kDefaultMinimum && minimum != kVaryingMinimum) {
    return errors::invalid_request("Invalid TransitionDefaultMinimumObjectSize found: " + minimum);
  }
  if (!req.LifecycleConfiguration || !req.LifecycleConfiguration->Rules ||
      req.LifecycleConfiguration->Rules->empty() ||
      req.LifecycleConfiguration->Rules->size() > kLifecycleRulesMax) {
    return errors::malformed_xml();
  }
  api::BucketLifecycleConfiguration configuration = *req.LifecycleConfiguration;
  std::set<std::string> ids;
  for (api::LifecycleRule& rule : *configuration.Rules) {
    CUMULITE_TRY(check_rule(rule));
    if (!ids.insert(*rule.ID).second) {
      return invalid("Rule ID must be unique. Found same ID for more than one rule");
    }
  }
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
