#include "emulator/services/ssm/errors.h"

#include <fmt/format.h>

namespace cumulite::ssm::errors {

Error not_found() {
  // The service says no more than the code.
  return {"ParameterNotFound", "", 400};
}

Error secret_not_found(std::string_view name) {
  return {"ParameterNotFound",
          fmt::format("An error occurred (ParameterNotFound) when referencing Secrets Manager: "
                      "Secret {} not found.",
                      name),
          400};
}

Error malformed_name() {
  return validation(
      "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, "
      "it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix "
      "of letters, numbers and the following 3 symbols .-_");
}

Error version_not_found(std::string_view name, std::string_view version) {
  return {"ParameterVersionNotFound",
          fmt::format("Systems Manager could not find version {} of {}. Verify the version and try "
                      "again.",
                      version, name),
          400};
}

Error label_not_found(std::string_view name, std::string_view label) {
  return {"ParameterVersionNotFound",
          fmt::format("Systems Manager could not find label {} for parameter {}. Verify the label "
                      "and try again.",
                      label, name),
          400};
}

Error already_exists() {
  return {"ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the "
          "request to true.",
          400};
}

Error type_mismatch() {
  return {"HierarchyTypeMismatchException",
          "Parameter Store does not support changing a parameter type in a hierarchy. For example, "
          "you can't change a parameter from a String type to a SecureString type. You must create "
          "a new, unique parameter.",
          400};
}

Error too_many_labels() {
  return {"ParameterVersionLabelLimitExceeded",
          "A parameter version can have maximum 10 labels. Move one or more labels to another "
          "version and try again.",
          400};
}

Error oldest_is_labelled(std::string_view name) {
  return {"ParameterMaxVersionLimitExceeded",
          fmt::format("You attempted to create a new version of {} by calling the PutParameter API "
                      "with the overwrite flag. Version 1, the oldest version, can't be deleted "
                      "because it has a label associated with it. Move the label to another "
                      "version of the parameter, and try again.",
                      name),
          400};
}

Error invalid_pattern(std::string_view pattern) {
  return {"InvalidAllowedPatternException",
          fmt::format("The request does not meet the regular expression requirement: {}", pattern),
          400};
}

Error pattern_mismatch(std::string_view pattern) {
  return {"ParameterPatternMismatchException",
          fmt::format("Parameter value, cannot be validated against allowedPattern: {}", pattern),
          400};
}

Error too_many_levels() {
  return {"HierarchyLevelLimitExceededException",
          "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and "
          "constraints for parameter names in the AWS Systems Manager User Guide.",
          400};
}

Error reserved_name(std::string_view name) {
  return {"AccessDeniedException", fmt::format("No access to reserved parameter name: {}.", name),
          400};
}

Error invalid_resource_id() {
  return {"InvalidResourceId",
          "The resource ID is not valid. Verify that you entered the correct ID and try again.",
          400};
}

Error invalid_resource_type() {
  return {"InvalidResourceType",
          "The resource type is not valid. Only parameters can be tagged at this endpoint.", 400};
}

Error invalid_token() {
  return {"InvalidNextToken", "The specified token is not valid.", 400};
}

Error invalid_filter_key(std::string_view key) {
  return {"InvalidFilterKey", fmt::format("The following filter key is not valid: {}.", key), 400};
}

Error invalid_filter_option(std::string_view option) {
  return {"InvalidFilterOption",
          fmt::format("The following filter option is not valid: {}.", option), 400};
}

Error too_many_tags() {
  return {"TooManyTagsError",
          "The Targets parameter includes too many tags. Remove one or more tags and try the "
          "command again.",
          400};
}

Error validation(std::string_view message) {
  return {"ValidationException", std::string(message), 400};
}

}  // namespace cumulite::ssm::errors
