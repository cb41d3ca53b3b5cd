#include "emulator/services/lambda/errors.h"

#include <fmt/format.h>

namespace cumulite::lambda::errors {

Error function_not_found(std::string_view arn) {
  return resource_not_found(fmt::format("Function not found: {}", arn));
}

Error function_exists(std::string_view name) {
  return resource_conflict(fmt::format("Function already exist: {}", name));
}

Error invalid_parameter(std::string_view message) {
  return {"InvalidParameterValueException", std::string(message), 400};
}

Error constraint(std::string_view value, std::string_view member, std::string_view rule) {
  return {"ValidationException",
          fmt::format(
              "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}",
              value, member, rule),
          400};
}

Error resource_not_found(std::string_view message) {
  return {"ResourceNotFoundException", std::string(message), 404};
}

Error alias_not_found(std::string_view arn) {
  return resource_not_found(fmt::format("Cannot find alias arn: {}", arn));
}

Error resource_conflict(std::string_view message) {
  return {"ResourceConflictException", std::string(message), 409};
}

Error revision_mismatch() {
  return {"PreconditionFailedException",
          "The Revision Id provided does not match the latest Revision Id. Call the "
          "GetFunction/GetAlias API to retrieve the latest Revision Id",
          412};
}

Error too_many_tags() {
  return invalid_parameter("Number of tags exceeds resource tag limit.");
}

Error code_storage_exceeded() {
  return {"CodeStorageExceededException", "Code storage limit exceeded.", 400};
}

Error too_many_requests(std::string_view reason) {
  return Error{"TooManyRequestsException", "Rate Exceeded.", 429}.with("Reason", reason);
}

}  // namespace cumulite::lambda::errors
