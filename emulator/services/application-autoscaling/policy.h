#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/application-autoscaling/scaling.h"
#include "protocol/result.h"

/// What makes a scaling policy: its rules, and the alarms that it is shown with. There is no
/// CloudWatch here: alarms are names.
namespace cumulite::application_autoscaling {

inline constexpr std::string_view kTargetTracking = "TargetTrackingScaling";

/// Made before a transaction, which may run twice.
using AlarmIds = std::array<std::string, 4>;
AlarmIds make_alarm_ids();

/// A policy without type and configuration.
api::ScalingPolicy make_policy(const TargetName& name, const Target& target,
                               const std::string& policy, std::int64_t now_ms);
/// Whether type and configuration belong together and to the target. Errors: ValidationException,
/// LimitExceededException.
Result<void> check_policy(const TargetName& name, const api::ScalingPolicy& policy);
/// Errors: ValidationException where another policy of the target tracks the same metric.
Result<void> check_metric_is_free(const storage::Reader& reader, const TargetName& name,
                                  const api::ScalingPolicy& policy);
/// The alarms of a policy that has none yet: four of a DynamoDB target, two of another that is
/// tracked, none of the other types.
void attach_alarms(const TargetName& name, const AlarmIds& ids, api::ScalingPolicy& policy);
void store_policy(storage::Txn& txn, const TargetName& name, const api::ScalingPolicy& policy);
void erase_policy(storage::Txn& txn, const TargetName& name, const std::string& policy);
/// All policies of the target, in the order of their names.
std::vector<api::ScalingPolicy> policies_of(const storage::Reader& reader, const TargetName& name);

}  // namespace cumulite::application_autoscaling
