#include "emulator/services/s3/lifecycle/check_rules.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/s3/configuration/seattle_date.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/lifecycle/rules.h"
#include "protocol/codec/base64.h"
#include "protocol/time_units.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kLifecycleRulesMax = 1000;
constexpr std::size_t kRuleIdMax = 255;
constexpr std::int64_t kDaysBeforeInfrequentAccess = 30;
constexpr std::int64_t kDaysInInfrequentAccess = 30;
constexpr std::int64_t kDaysInGlacier = 90;

Error invalid_rule(std::string_view message) {
  return {"InvalidArgument", std::string(message), 400};
}

/// A move to a class, whatever kind of version it is of.
struct Move {
  std::string storage_class;
  std::int64_t when = 0;  ///< Days, or the milliseconds of a date.
};

/// How messages call the kind of action: "Days", "Transition", "Expiration".
struct ActionNames {
  std::string_view time;
  std::string_view move;
  std::string_view end;
};

/// How messages tell the rule: by its filter, or by the prefix of rules of the first version.
std::string describe(const api::LifecycleRule& rule) {
  if (rule.Prefix) return fmt::format("prefix '{}'", *rule.Prefix);
  std::vector<std::string> parts;
  const auto add = [&](const auto& filter) {
    if (filter.Prefix) parts.push_back("prefix=" + *filter.Prefix);
    if (filter.ObjectSizeGreaterThan) {
      parts.push_back(fmt::format("objectsizegreaterthan={}", *filter.ObjectSizeGreaterThan));
    }
    if (filter.ObjectSizeLessThan) {
      parts.push_back(fmt::format("objectsizelessthan={}", *filter.ObjectSizeLessThan));
    }
  };
  const auto add_tag = [&](const api::Tag& tag) {
    parts.push_back(
        fmt::format("tag={{key={}, value={}}}", tag.Key.value_or(""), tag.Value.value_or("")));
  };
  const auto& filter = *rule.Filter;
  if (filter.Tag) add_tag(*filter.Tag);
  if (filter.And && filter.And->Tags) {
    for (const api::Tag& tag : *filter.And->Tags) add_tag(tag);
  }
  if (filter.And) {
    add(*filter.And);
  } else {
    add(filter);
  }
  return fmt::format("filter '({})'", fmt::join(parts, " and "));
}

/// Dates of rules are midnights.
Result<void> check_date(const std::optional<model::Timestamp>& date) {
  if (!date || date->ms % kDayMs == 0) return {};
  return errors::invalid_argument("'Date' must be at midnight GMT", "Date", seattle_date(date->ms));
}

Result<void> check_lifecycle_expiration(const api::LifecycleExpiration& expiration) {
  const int given = (expiration.Date ? 1 : 0) + (expiration.Days ? 1 : 0) +
                    (expiration.ExpiredObjectDeleteMarker ? 1 : 0);
  if (given != 1) return errors::malformed_xml();
  if (expiration.Days && *expiration.Days <= 0) {
    return invalid_rule("'Days' for Expiration action must be a positive integer");
  }
  return check_date(expiration.Date);
}

bool is_transition_class(const std::optional<std::string>& name) {
  constexpr std::string_view kClasses[] = {"GLACIER",    "STANDARD_IA",  "ONEZONE_IA",
                                           "GLACIER_IR", "DEEP_ARCHIVE", "INTELLIGENT_TIERING"};
  return name && std::find(std::begin(kClasses), std::end(kClasses), *name) != std::end(kClasses);
}

bool is_infrequent_access(std::string_view storage_class) {
  return storage_class == "STANDARD_IA" || storage_class == "ONEZONE_IA";
}

/// How long an object stays at least in a class that S3 bills for so long.
std::int64_t days_in(std::string_view storage_class) {
  if (is_infrequent_access(storage_class)) return kDaysInInfrequentAccess;
  return storage_class == "GLACIER" ? kDaysInGlacier : 0;
}

/// Each class once, each colder one later, and an end behind them all.
Result<void> check_moves(const api::LifecycleRule& rule, std::vector<Move> moves,
                         std::optional<std::int64_t> end, const ActionNames& names) {
  std::sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) {
    return coldness_of(a.storage_class) < coldness_of(b.storage_class);
  });
  const std::string place = describe(rule);
  for (std::size_t i = 1; i < moves.size(); ++i) {
    const Move& colder = moves[i];
    const Move& warmer = moves[i - 1];
    if (colder.storage_class == warmer.storage_class) {
      return errors::invalid_request(
          fmt::format("'StorageClass' must be different for '{}' actions in same 'Rule' with {}",
                      names.move, place));
    }
    if (colder.when <= warmer.when) {
      return invalid_rule(fmt::format(
          "'{0}' in the {1} action for StorageClass '{2}' for {3} must be greater than '{0}' in "
          "the {1} action for StorageClass '{4}' for {3}",
          names.time, names.move, colder.storage_class, place, warmer.storage_class));
    }
    const std::int64_t stay = names.time == "Date" ? 0 : days_in(warmer.storage_class);
    if (colder.when < warmer.when + stay) {
      return invalid_rule(fmt::format(
          "'{0}' in the '{1}' action for StorageClass '{2}' for {3} must be {4} days more than "
          "'{3}' in the '{1}' action for StorageClass '{5}'",
          names.time, names.move, colder.storage_class, place, stay, warmer.storage_class));
    }
  }
  const bool too_early = end && std::any_of(moves.begin(), moves.end(),
                                            [&](const Move& move) { return *end <= move.when; });
  if (!too_early) return {};
  return invalid_rule(
      fmt::format("'{0}' in the {1} action for {2} must be greater than '{0}' in "
                  "the {3} action",
                  names.time, names.end, place, names.move));
}

Result<void> check_transitions(const api::LifecycleRule& rule) {
  if (!rule.Transitions) return {};
  std::vector<Move> moves;
  bool days = rule.Expiration && rule.Expiration->Days;
  bool dates = rule.Expiration && rule.Expiration->Date;
  const bool ends = days || dates;
  for (const auto& transition : *rule.Transitions) {
    if (!is_transition_class(transition.StorageClass)) return errors::malformed_xml();
    if (transition.Date.has_value() == transition.Days.has_value()) return errors::malformed_xml();
    const std::string& name = *transition.StorageClass;
    if (transition.Days && *transition.Days < 0) {
      return invalid_rule("'Days' in Transition action must be nonnegative");
    }
    if (transition.Days && is_infrequent_access(name) &&
        *transition.Days < kDaysBeforeInfrequentAccess) {
      return invalid_rule(fmt::format(
          "'Days' in Transition action must be greater than or equal to 30 for storageClass '{}'",
          name));
    }
    CUMULITE_TRY(check_date(transition.Date));
    days = days || transition.Days;
    dates = dates || transition.Date;
    moves.push_back({name, transition.Date ? transition.Date->ms : *transition.Days});
  }
  if (days && dates) {
    return errors::invalid_request(
        fmt::format("Found mixed 'Date' and 'Days' based {}Transition actions in lifecycle rule "
                    "for {}",
                    ends ? "Expiration and " : "", describe(rule)));
  }
  std::optional<std::int64_t> end;
  if (ends) end = dates ? rule.Expiration->Date->ms : *rule.Expiration->Days;
  return check_moves(rule, std::move(moves), end,
                     {dates ? "Date" : "Days", "Transition", "Expiration"});
}

Result<void> check_noncurrent(const api::LifecycleRule& rule) {
  std::optional<std::int64_t> end;
  if (const auto& expiration = rule.NoncurrentVersionExpiration) {
    if (!expiration->NoncurrentDays) return errors::malformed_xml();
    if (*expiration->NoncurrentDays <= 0) {
      return invalid_rule(
          "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer");
    }
    end = *expiration->NoncurrentDays;
  }
  if (!rule.NoncurrentVersionTransitions) return {};
  std::vector<Move> moves;
  for (const auto& transition : *rule.NoncurrentVersionTransitions) {
    if (!is_transition_class(transition.StorageClass)) return errors::malformed_xml();
    if (!transition.NoncurrentDays) return errors::malformed_xml();
    const std::string& name = *transition.StorageClass;
    if (*transition.NoncurrentDays < 0) {
      return invalid_rule(
          "'NoncurrentDays' in NoncurrentVersionTransition action must be "
          "nonnegative");
    }
    if (is_infrequent_access(name) && *transition.NoncurrentDays < kDaysBeforeInfrequentAccess) {
      return invalid_rule(
          fmt::format("'NoncurrentDays' in NoncurrentVersionTransition action must be greater than "
                      "or equal to 30 for storageClass '{}'",
                      name));
    }
    moves.push_back({name, *transition.NoncurrentDays});
  }
  return check_moves(
      rule, std::move(moves), end,
      {"NoncurrentDays", "NoncurrentVersionTransition", "NoncurrentVersionExpiration"});
}

Result<void> check_sizes(const std::optional<std::int64_t>& greater,
                         const std::optional<std::int64_t>& less) {
  if (less && *less <= 0) {
    return errors::invalid_request(
        "'ObjectSizeLessThan' should be between 1 and 1099511627776000.");
  }
  if (greater && less && *greater >= *less) {
    return errors::invalid_request(
        "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }
  return {};
}

/// Delete markers and uploads have neither tags nor a size.
Result<void> check_narrow_actions(const api::LifecycleRule& rule, bool tags, bool sizes) {
  const char* what = tags ? "Tags" : "Object Size";
  if (!tags && !sizes) return {};
  if (rule.Expiration && rule.Expiration->ExpiredObjectDeleteMarker) {
    return errors::invalid_request(
        fmt::format("ExpiredObjectDeleteMarker cannot be specified with {}.", what));
  }
  if (rule.AbortIncompleteMultipartUpload) {
    return errors::invalid_request(
        fmt::format("AbortIncompleteMultipartUpload cannot be specified with {}.", what));
  }
  return {};
}

/// A filter is one condition, or several within `And`.
Result<void> check_filter(const api::LifecycleRule& rule) {
  if (rule.Filter.has_value() == rule.Prefix.has_value()) return errors::malformed_xml();
  if (!rule.Filter) return {};
  const auto& filter = *rule.Filter;
  const int given = (filter.Prefix ? 1 : 0) + (filter.Tag ? 1 : 0) + (filter.And ? 1 : 0) +
                    (filter.ObjectSizeGreaterThan ? 1 : 0) + (filter.ObjectSizeLessThan ? 1 : 0);
  if (given > 1) return errors::malformed_xml();
  CUMULITE_TRY(check_sizes(filter.ObjectSizeGreaterThan, filter.ObjectSizeLessThan));
  bool tags = filter.Tag.has_value();
  bool sizes = filter.ObjectSizeGreaterThan || filter.ObjectSizeLessThan;
  if (const auto& all = filter.And) {
    const std::vector<api::Tag> listed = all->Tags.value_or(std::vector<api::Tag>{});
    const std::size_t conditions = listed.size() + (all->Prefix ? 1 : 0) +
                                   (all->ObjectSizeGreaterThan ? 1 : 0) +
                                   (all->ObjectSizeLessThan ? 1 : 0);
    if (conditions < 2) return errors::malformed_xml();
    std::set<std::string> keys;
    for (const api::Tag& tag : listed) {
      if (!keys.insert(tag.Key.value_or("")).second) {
        return errors::invalid_request("Duplicate Tag Keys are not allowed.");
      }
    }
    CUMULITE_TRY(check_sizes(all->ObjectSizeGreaterThan, all->ObjectSizeLessThan));
    tags = !listed.empty();
    sizes = all->ObjectSizeGreaterThan || all->ObjectSizeLessThan;
  }
  return check_narrow_actions(rule, tags, sizes);
}

Result<void> check_lifecycle_rule(api::LifecycleRule& rule) {
  if (!rule.Status || (*rule.Status != "Enabled" && *rule.Status != "Disabled")) {
    return errors::malformed_xml();
  }
  if (!rule.ID || rule.ID->empty()) rule.ID = codec::base64_encode(ids::uuid());
  if (rule.ID->size() > kRuleIdMax) {
    return invalid_rule("ID length should not exceed allowed limit of 255");
  }
  CUMULITE_TRY(check_filter(rule));
  if (!rule.Expiration && !rule.Transitions && !rule.NoncurrentVersionExpiration &&
      !rule.NoncurrentVersionTransitions && !rule.AbortIncompleteMultipartUpload) {
    return errors::invalid_request("At least one action needs to be specified in a rule.");
  }
  if (rule.Expiration) CUMULITE_TRY(check_lifecycle_expiration(*rule.Expiration));
  if (rule.AbortIncompleteMultipartUpload &&
      rule.AbortIncompleteMultipartUpload->DaysAfterInitiation.value_or(0) <= 0) {
    return invalid_rule(
        "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive "
        "integer");
  }
  CUMULITE_TRY(check_noncurrent(rule));
  return check_transitions(rule);
}

/// Rules with a prefix of their own are those of the first version, which had no filters.
Result<void> check_one_version(const std::vector<api::LifecycleRule>& rules) {
  for (const api::LifecycleRule& rule : rules) {
    if (rule.Filter && rules.front().Prefix) {
      return errors::invalid_request("Filter element can only be used in Lifecycle V2.");
    }
    if (rule.Prefix && rules.front().Filter) {
      return errors::invalid_request(
          "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the "
          "Filter.");
    }
  }
  return {};
}

}  // namespace

Result<void> check_lifecycle_rules(api::BucketLifecycleConfiguration& configuration) {
  if (!configuration.Rules || configuration.Rules->empty() ||
      configuration.Rules->size() > kLifecycleRulesMax) {
    return errors::malformed_xml();
  }
  std::set<std::string> ids;
  for (api::LifecycleRule& rule : *configuration.Rules) {
    CUMULITE_TRY(check_lifecycle_rule(rule));
    if (!ids.insert(*rule.ID).second) {
      return invalid_rule("Rule ID must be unique. Found same ID for more than one rule");
    }
  }
  return check_one_version(*configuration.Rules);
}

}  // namespace cumulite::s3
