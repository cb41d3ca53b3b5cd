#pragma once

#include <string_view>

#include "emulator/services/application-autoscaling/scaling.h"
#include "protocol/error.h"

/// Every refusal of Application Auto Scaling, one maker a message. Where the service's own words
/// are known they are these; the others say what its documentation says.
namespace cumulite::application_autoscaling::errors {

/// The namespace, the resource and the dimension do not belong to each other.
Error unsupported_target();
/// Of a DynamoDB resource: `kind` is "table" or "index".
Error no_such_resource(std::string_view kind, std::string_view resource);
Error not_registered(const TargetName& target);
Error target_not_found(const TargetName& target);
Error policy_not_found(const TargetName& target, std::string_view policy);
Error action_not_found(const TargetName& target, std::string_view action);
Error capacities_missing();
Error capacity_too_small(std::int32_t least);
Error capacities_crossed();
Error no_capacity_in_action();
Error invalid_schedule();
Error same_metric_twice();
Error unsupported_policy_type(std::string_view type, std::string_view service);
Error limit_exceeded(std::string_view what, std::size_t most);
Error invalid_token();
Error resource_not_found(std::string_view arn);
Error too_many_tags(std::string_view arn);
/// The words of the framework for a member: "Value 'V' at 'PATH' failed to satisfy constraint:
/// ...". An empty value stands for null.
Error constraint(std::string_view value, std::string_view path, std::string_view text);
Error validation(std::string_view message);

}  // namespace cumulite::application_autoscaling::errors
