#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/services/application-autoscaling/scaling.h"
#include "protocol/result.h"

/// What the service knows of each scalable dimension, from the documentation of
/// RegisterScalableTarget and PutScalingPolicy.
namespace cumulite::application_autoscaling {

/// Whether namespace, resource and dimension belong to each other.
/// Errors: ValidationException "Unsupported service namespace, ...".
Result<void> check_target(const TargetName& name);

/// The least capacity that the namespace's resources take: 0 or 1.
std::int32_t least_capacity(std::string_view service);
/// Bounds of a capacity; one that is absent is not looked at. Errors: ValidationException.
Result<void> check_capacities(const std::optional<std::int32_t>& least,
                              const std::optional<std::int32_t>& most, std::string_view service);
/// How many targets an account has at most in a region: the default quotas.
std::size_t targets_max(std::string_view service);
/// ARN of the service-linked role that scales in the account; empty for Amazon EMR, which has none.
std::string linked_role_arn(std::string_view account, std::string_view service);
/// Whether the namespace's resources can have policies of the type.
bool supports_policy_type(std::string_view service, std::string_view type);
/// Whether a policy of the dimension may track the predefined metric. What is not told apart here
/// (metrics of a namespace with one dimension) is allowed to the namespace's.
bool supports_metric(std::string_view dimension, std::string_view metric);

}  // namespace cumulite::application_autoscaling
