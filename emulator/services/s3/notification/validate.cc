#include "emulator/services/s3/notification/validate.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/ids.h"
#include "emulator/core/service.h"
#include "emulator/services/s3/errors.h"

namespace cumulite::s3 {

namespace {

constexpr std::array<std::string_view, 32> kEvents = {
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
    "s3:TestEvent",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectAnnotation:Delete",
    "s3:ObjectRetention:Put",
};

/// What overlaps are judged by.
struct Rule {
  std::vector<std::string> events;
  std::string prefix;
  std::string suffix;
};

/// A destination to be looked up.
struct Destination {
  std::string_view service;
  std::string_view what;  ///< "queue", "topic".
  std::string arn;
};

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

/// "arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME" with every part.
bool is_arn_of(std::string_view text, std::string_view service) {
  const auto arn = parse_arn(text);
  return arn && arn->partition.starts_with("aws") && arn->service == service &&
         !arn->region.empty() && !arn->account.empty() && !arn->resource.empty();
}

bool events_overlap(std::string_view left, std::string_view right) {
  const auto covers = [](std::string_view pattern, std::string_view event) {
    if (!pattern.ends_with('*')) return pattern == event;
    return event.starts_with(pattern.substr(0, pattern.size() - 1));
  };
  return covers(left, right) || covers(right, left);
}

bool overlap(const Rule& left, const Rule& right) {
  const bool events =
      std::any_of(left.events.begin(), left.events.end(), [&](const std::string& one) {
        return std::any_of(right.events.begin(), right.events.end(),
                           [&](const std::string& other) { return events_overlap(one, other); });
      });
  const bool prefixes =
      left.prefix.starts_with(right.prefix) || right.prefix.starts_with(left.prefix);
  const bool suffixes = left.suffix.ends_with(right.suffix) || right.suffix.ends_with(left.suffix);
  return events && prefixes && suffixes;
}

Result<void> normalise_filter(std::optional<api::NotificationConfigurationFilter>& filter,
                              Rule& rule) {
  if (!filter || !filter->Key || !filter->Key->FilterRules) return {};
  bool seen_prefix = false;
  bool seen_suffix = false;
  for (api::FilterRule& one : *filter->Key->FilterRules) {
    if (!one.Name || !one.Value) return errors::malformed_xml();
    const std::string name = *one.Name;
    const bool prefix = equals_ignoring_case(name, "prefix");
    if (!prefix && !equals_ignoring_case(name, "suffix")) {
      return errors::invalid_argument("filter rule name must be either prefix or suffix",
                                      "FilterRule.Name", name);
    }
    if (std::exchange(prefix ? seen_prefix : seen_suffix, true)) {
      return errors::invalid_argument(
          fmt::format("Cannot specify more than one {} rule in a filter.",
                      prefix ? "prefix" : "suffix"),
          "FilterRule.Name", name);
    }
    one.Name = prefix ? "Prefix" : "Suffix";
    (prefix ? rule.prefix : rule.suffix) = *one.Value;
  }
  return {};
}

/// Walks the configurations of one kind of destination.
class Normaliser {
 public:
  template <class Target>
  Result<void> visit(std::optional<std::vector<Target>>& targets,
                     std::optional<std::string> Target::*arn, std::string_view element,
                     std::string_view service, std::string_view what) {
    if (!targets) return {};
    for (Target& target : *targets) {
      if (!(target.*arn) || !target.Events || target.Events->empty()) {
        return errors::malformed_xml();
      }
      if (!is_arn_of(*(target.*arn), service)) {
        return errors::invalid_argument("The ARN could not be parsed", element, *(target.*arn));
      }
      for (const std::string& event : *target.Events) {
        if (std::find(kEvents.begin(), kEvents.end(), event) == kEvents.end()) {
          return errors::invalid_argument("The event is not supported for notifications", "Event",
                                          event);
        }
      }
      if (!target.Id || target.Id->empty()) target.Id = ids::uuid();
      if (std::find(ids_.begin(), ids_.end(), *target.Id) != ids_.end()) {
        return errors::invalid_argument("Same ID used for multiple configurations.", "Id",
                                        *target.Id);
      }
      ids_.push_back(*target.Id);
      Rule rule{*target.Events, {}, {}};
      CUMULITE_TRY(normalise_filter(target.Filter, rule));
      rules_.push_back(std::move(rule));
      destinations_.push_back({service, what, *(target.*arn)});
    }
    return {};
  }

  Result<void> check_overlaps() const {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!overlap(rules_[i], rules_[j])) continue;
        return Error{
            "InvalidArgument",
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two "
            "rules if the prefixes are overlapping for the same event type.",
            400};
      }
    }
    return {};
  }

  /// All missing destinations are named in one answer.
  Result<void> check_destinations(const Context& ctx) const {
    Error error{"InvalidArgument", "Unable to validate the following destination configurations",
                400};
    std::vector<const Destination*> missing;
    for (const Destination& destination : destinations_) {
      Service* service = ctx.env.services.find(destination.service);
      if (service != nullptr && !service->has_target(destination.arn)) {
        missing.push_back(&destination);
      }
    }
    if (missing.empty()) return {};
    for (std::size_t i = 0; i < missing.size(); ++i) {
      error.fields.push_back({fmt::format("ArgumentName{}", i + 1), missing[i]->arn});
      error.fields.push_back({fmt::format("ArgumentValue{}", i + 1),
                              fmt::format("The destination {} does not exist", missing[i]->what)});
    }
    return error;
  }

 private:
  std::vector<std::string> ids_;
  std::vector<Rule> rules_;
  std::vector<Destination> destinations_;
};

}  // namespace

Result<void> normalise(const Context& ctx, api::NotificationConfiguration& configuration,
                       bool check_targets) {
  Normaliser normaliser;
  CUMULITE_TRY(normaliser.visit(configuration.QueueConfigurations,
                                &api::QueueConfiguration::QueueArn, "Queue", "sqs", "queue"));
  CUMULITE_TRY(normaliser.visit(configuration.TopicConfigurations,
                                &api::TopicConfiguration::TopicArn, "Topic", "sns", "topic"));
  CUMULITE_TRY(normaliser.visit(configuration.LambdaFunctionConfigurations,
                                &api::LambdaFunctionConfiguration::LambdaFunctionArn,
                                "CloudFunction", "lambda", "Lambda function"));
  CUMULITE_TRY(normaliser.check_overlaps());
  if (check_targets) return normaliser.check_destinations(ctx);
  return {};
}

}  // namespace cumulite::s3
