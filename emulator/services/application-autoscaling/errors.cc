#include "emulator/services/application-autoscaling/errors.h"

#include <fmt/format.h>

namespace cumulite::application_autoscaling::errors {
namespace {

std::string parts_of(const TargetName& target) {
  return fmt::format("service namespace: {}, resource ID: {}, scalable dimension: {}",
                     target.service, target.resource, target.dimension);
}

Error object_not_found(std::string message) {
  return {"ObjectNotFoundException", std::move(message), 400};
}

}  // namespace

Error unsupported_target() {
  return validation("Unsupported service namespace, resource type or scalable dimension");
}

Error no_such_resource(std::string_view kind, std::string_view resource) {
  return validation(fmt::format("DynamoDB {} does not exist: {}", kind, resource));
}

Error not_registered(const TargetName& target) {
  return object_not_found("No scalable target registered for " + parts_of(target));
}

Error target_not_found(const TargetName& target) {
  return object_not_found("No scalable target found for " + parts_of(target));
}

Error policy_not_found(const TargetName& target, std::string_view policy) {
  return object_not_found(
      fmt::format("No scaling policy found for {}, policy name: {}", parts_of(target), policy));
}

Error action_not_found(const TargetName& target, std::string_view action) {
  return object_not_found(fmt::format("No scheduled action found for {}, scheduled action name: {}",
                                      parts_of(target), action));
}

Error capacities_missing() {
  return validation(
      "Minimum capacity and maximum capacity are required to register a new scalable target");
}

Error capacity_too_small(std::int32_t least) {
  return validation(fmt::format("Minimum capacity cannot be less than {}", least));
}

Error capacities_crossed() {
  return validation("Maximum capacity cannot be less than minimum capacity");
}

Error no_capacity_in_action() {
  return validation("At least one of minimum capacity and maximum capacity should be provided");
}

Error invalid_schedule() {
  return validation(
      "Invalid schedule expression. Details: Schedule expressions must have the following syntax: "
      "rate(<number>\\s?(minutes?|hours?|days?)), cron(<cron_expression>) or "
      "at(yyyy-MM-dd'T'HH:mm:ss).");
}

Error same_metric_twice() {
  return validation(
      "Only one TargetTrackingScaling policy for a given metric specification is allowed.");
}

Error unsupported_policy_type(std::string_view type, std::string_view service) {
  return validation(
      fmt::format("Policy type {} is not supported for service namespace {}", type, service));
}

Error limit_exceeded(std::string_view what, std::size_t most) {
  return {"LimitExceededException", fmt::format("There can be at most {} {}", most, what), 400};
}

Error invalid_token() {
  return {"InvalidNextTokenException", "The next token supplied was invalid.", 400};
}

Error resource_not_found(std::string_view arn) {
  return Error{"ResourceNotFoundException", "The specified resource doesn't exist.", 400}.with(
      "ResourceName", arn);
}

Error too_many_tags(std::string_view arn) {
  return Error{"TooManyTagsException",
               "The request contains too many tags. Try the request again with fewer tags.", 400}
      .with("ResourceName", arn);
}

Error constraint(std::string_view value, std::string_view path, std::string_view text) {
  const std::string shown = value.empty() ? "null" : fmt::format("'{}'", value);
  return validation(
      fmt::format("1 validation error detected: Value {} at '{}' failed to satisfy constraint: {}",
                  shown, path, text));
}

Error validation(std::string_view message) {
  return {"ValidationException", std::string(message), 400};
}

}  // namespace cumulite::application_autoscaling::errors
