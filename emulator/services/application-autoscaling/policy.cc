#include "emulator/services/application-autoscaling/policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/services/application-autoscaling/dimension.h"
#include "emulator/services/application-autoscaling/errors.h"
#include "storage/kv/key_codec.h"

namespace cumulite::application_autoscaling {
namespace {

constexpr std::string_view kStep = "StepScaling";
constexpr double kTargetValueLeast = 8.51592e-109;
constexpr double kTargetValueMost = 1.174271e108;
constexpr std::string_view kPredictive = "PredictiveScaling";

Error configuration_missing(std::string_view path) {
  return errors::constraint({}, path, "Member must not be null");
}

Result<void> check_step(const api::StepScalingPolicyConfiguration& step) {
  constexpr std::size_t kAdjustmentsMax = 20;
  if (!step.AdjustmentType) {
    return configuration_missing("stepScalingPolicyConfiguration.adjustmentType");
  }
  if (!step.StepAdjustments || step.StepAdjustments->empty()) {
    return errors::validation("At least one step adjustment must be specified");
  }
  if (step.StepAdjustments->size() > kAdjustmentsMax) {
    return errors::limit_exceeded("step adjustments per scaling policy", kAdjustmentsMax);
  }
  for (const api::StepAdjustment& each : *step.StepAdjustments) {
    if (each.MetricIntervalLowerBound && each.MetricIntervalUpperBound &&
        *each.MetricIntervalLowerBound >= *each.MetricIntervalUpperBound) {
      return errors::validation(
          "The upper bound of a step adjustment must be greater than the lower bound");
    }
  }
  if (step.Cooldown.value_or(0) < 0) {
    return errors::constraint(std::to_string(*step.Cooldown),
                              "stepScalingPolicyConfiguration.cooldown",
                              "Member must have value greater than or equal to 0");
  }
  return {};
}

Result<void> check_predefined(const api::PredefinedMetricSpecification& metric,
                              const std::string& dimension) {
  const std::string& type = *metric.PredefinedMetricType;
  if (!supports_metric(dimension, type)) {
    return errors::validation(fmt::format(
        "Predefined metric type {} is not supported for scalable dimension {}", type, dimension));
  }
  if (metric.ResourceLabel && type != "ALBRequestCountPerTarget") {
    return errors::validation(
        "A resource label can only be specified for metric type ALBRequestCountPerTarget");
  }
  return {};
}

Result<void> check_customized(const api::CustomizedMetricSpecification& metric) {
  const bool named = metric.MetricName && metric.Namespace && metric.Statistic;
  const bool any_name = metric.MetricName || metric.Namespace || metric.Statistic;
  const bool computed = metric.Metrics && !metric.Metrics->empty();
  if (computed ? any_name : !named) {
    return errors::validation(
        "A customized metric needs either a metric name, a namespace and a statistic, or metrics");
  }
  return {};
}

/// A number as the service writes it: "100.0".
std::string number_text(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

/// In the order in which the service looks: at what any number may be, then at the metric's bounds.
Result<void> check_target_value(double value, const std::optional<std::string>& metric) {
  // NaN is in no range.
  if (!(value >= kTargetValueLeast && value <= kTargetValueMost)) {
    return errors::validation(
        fmt::format("For target tracking scaling, target value must be between '8.51592E-109' and "
                    "'1.174271E108', but was '{}'.",
                    number_text(value)));
  }
  constexpr double kUtilizationLeast = 10;
  constexpr double kUtilizationMost = 90;
  const bool throughput = metric && metric->starts_with("DynamoDB");
  if (throughput && (value < kUtilizationLeast || value > kUtilizationMost)) {
    return errors::validation(
        fmt::format("For predefined metric type {}, target value must be between '10.0' and "
                    "'90.0', but was '{}'.",
                    *metric, number_text(value)));
  }
  return {};
}

Result<void> check_tracking(const api::TargetTrackingScalingPolicyConfiguration& tracking,
                            const std::string& dimension) {
  const auto& predefined = tracking.PredefinedMetricSpecification;
  const auto& customized = tracking.CustomizedMetricSpecification;
  if (predefined.has_value() == customized.has_value()) {
    return errors::validation(
        "Exactly one of predefined metric specification and customized metric specification must "
        "be specified");
  }
  if (predefined) CUMULITE_TRY(check_predefined(*predefined, dimension));
  if (customized) CUMULITE_TRY(check_customized(*customized));
  const auto metric = predefined ? predefined->PredefinedMetricType : std::nullopt;
  return check_target_value(*tracking.TargetValue, metric);
}

Result<void> check_predictive(const api::PredictiveScalingPolicyConfiguration& predictive) {
  if (predictive.MetricSpecifications->size() != 1) {
    return errors::validation("Exactly one metric specification must be specified");
  }
  const bool increases = predictive.MaxCapacityBreachBehavior.value_or("") == "IncreaseMaxCapacity";
  if (increases != predictive.MaxCapacityBuffer.has_value()) {
    return errors::validation(
        "A maximum capacity buffer must be specified if, and only if, the maximum capacity breach "
        "behavior is IncreaseMaxCapacity");
  }
  return {};
}

/// What two policies of a target may not have in common.
std::string metric_of(const api::ScalingPolicy& policy) {
  const auto& tracking = policy.TargetTrackingScalingPolicyConfiguration;
  if (policy.PolicyType != kTargetTracking || !tracking) return {};
  const model::Shape& shape = input_member_shape(api::op::PutScalingPolicy::info(),
                                                 "TargetTrackingScalingPolicyConfiguration");
  api::TargetTrackingScalingPolicyConfiguration metric;
  metric.PredefinedMetricSpecification = tracking->PredefinedMetricSpecification;
  metric.CustomizedMetricSpecification = tracking->CustomizedMetricSpecification;
  return encode_shape(shape, &metric);
}

}  // namespace

AlarmIds make_alarm_ids() {
  AlarmIds made;
  std::generate(made.begin(), made.end(), [] { return ids::uuid(); });
  return made;
}

api::ScalingPolicy make_policy(const TargetName& name, const Target& target,
                               const std::string& policy, std::int64_t now_ms) {
  api::ScalingPolicy made;
  made.PolicyARN = part_arn(name, target, "scalingPolicy", "policyName", policy);
  made.PolicyName = policy;
  made.ServiceNamespace = name.service;
  made.ResourceId = name.resource;
  made.ScalableDimension = name.dimension;
  made.CreationTime = model::Timestamp{now_ms};
  return made;
}

Result<void> check_policy(const TargetName& name, const api::ScalingPolicy& policy) {
  if (!policy.PolicyType) return configuration_missing("policyType");
  const std::string& type = *policy.PolicyType;
  if (!supports_policy_type(name.service, type)) {
    return errors::unsupported_policy_type(type, name.service);
  }
  const auto& step = policy.StepScalingPolicyConfiguration;
  const auto& tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const auto& predictive = policy.PredictiveScalingPolicyConfiguration;
  const bool others = (step && type != kStep) || (tracking && type != kTargetTracking) ||
                      (predictive && type != kPredictive);
  if (others) {
    return errors::validation("The policy configuration does not match policy type " + type);
  }
  if (type == kStep) {
    if (!step) return configuration_missing("stepScalingPolicyConfiguration");
    return check_step(*step);
  }
  if (type == kPredictive) {
    if (!predictive) return configuration_missing("predictiveScalingPolicyConfiguration");
    return check_predictive(*predictive);
  }
  if (!tracking) return configuration_missing("targetTrackingScalingPolicyConfiguration");
  return check_tracking(*tracking, name.dimension);
}

Result<void> check_metric_is_free(const storage::Reader& reader, const TargetName& name,
                                  const api::ScalingPolicy& policy) {
  const std::string metric = metric_of(policy);
  if (metric.empty()) return {};
  for (const api::ScalingPolicy& other : policies_of(reader, name)) {
    if (other.PolicyName != policy.PolicyName && metric_of(other) == metric) {
      return errors::same_metric_twice();
    }
  }
  return {};
}

void attach_alarms(const TargetName& name, const AlarmIds& ids, api::ScalingPolicy& policy) {
  // In the order of their ids; only throughput has alarms for what is provisioned.
  constexpr std::string_view kAlarms[] = {"AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh",
                                          "ProvisionedCapacityLow"};
  constexpr std::size_t kUsual = 2;
  if (policy.Alarms) return;
  policy.Alarms.emplace();
  if (policy.PolicyType != kTargetTracking) return;
  const std::size_t count = name.service == "dynamodb" ? std::size(kAlarms) : kUsual;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string alarm =
        fmt::format("TargetTracking-{}-{}-{}", name.resource, kAlarms[i], ids[i]);
    policy.Alarms->push_back({alarm, fmt::format("arn:aws:cloudwatch:{}:{}:alarm:{}", name.region,
                                                 name.account, alarm)});
  }
}

void store_policy(storage::Txn& txn, const TargetName& name, const api::ScalingPolicy& policy) {
  txn.put(spaces::kApplicationAutoScaling, keys::policies(name) + *policy.PolicyName,
          encode_policy(policy));
}

void erase_policy(storage::Txn& txn, const TargetName& name, const std::string& policy) {
  txn.del(spaces::kApplicationAutoScaling, keys::policies(name) + policy);
}

std::vector<api::ScalingPolicy> policies_of(const storage::Reader& reader, const TargetName& name) {
  const std::string prefix = keys::policies(name);
  std::vector<api::ScalingPolicy> policies;
  // A target has fifty at most: one page.
  const auto page =
      reader.range(spaces::kApplicationAutoScaling, prefix, storage::prefix_end(prefix));
  for (const auto& row : page.rows) policies.push_back(decode_policy(row.value));
  return policies;
}

}  // namespace cumulite::application_autoscaling
