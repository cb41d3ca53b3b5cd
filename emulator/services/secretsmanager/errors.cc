#include "emulator/services/secretsmanager/errors.h"

#include <fmt/format.h>

namespace cumulite::secretsmanager::errors {

Error not_found() {
  return {"ResourceNotFoundException", "Secrets Manager can't find the specified secret.", 400};
}

Error stage_not_found(std::string_view stage) {
  return {"ResourceNotFoundException",
          fmt::format("Secrets Manager can't find the specified secret value for staging label: {}",
                      stage),
          400};
}

Error version_not_found(std::string_view version_id) {
  return {"ResourceNotFoundException",
          fmt::format("Secrets Manager can't find the specified secret value for VersionId: {}",
                      version_id),
          400};
}

Error exists(std::string_view name) {
  return {"ResourceExistsException",
          fmt::format("The operation failed because the secret {} already exists.", name), 400};
}

Error token_in_use(std::string_view token, std::string_view arn) {
  return {"ResourceExistsException",
          fmt::format("You can't use ClientRequestToken {} because that value is already in use "
                      "for a version of secret {}.",
                      token, arn),
          400};
}

Error scheduled_for_deletion() {
  return invalid_request(
      "You can't perform this operation on the secret because it was marked for deletion.");
}

Error name_scheduled_for_deletion() {
  return invalid_request(
      "You can't create this secret because a secret with this name is already scheduled for "
      "deletion.");
}

Error no_rotation_function() {
  return invalid_request("No Lambda rotation function ARN is associated with this secret.");
}

Error rotation_function_refuses() {
  return {"AccessDeniedException",
          "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function "
          "policy grants access to the principal secretsmanager.amazonaws.com.",
          400};
}

Error rotation_in_progress() {
  return invalid_request("A previous rotation isn't complete. That rotation will be reattempted.");
}

Error too_many_stages() {
  return {"LimitExceededException", "The number of staging labels exceeds the limit of 20.", 400};
}

Error malformed_policy() {
  return {"MalformedPolicyDocumentException",
          "This resource policy contains a malformed policy document.", 400};
}

Error public_policy() {
  return {"PublicPolicyException",
          "The resource policy grants broad access to the secret, which BlockPublicPolicy "
          "forbids.",
          400};
}

Error invalid_token() {
  return {"InvalidNextTokenException", "The specified NextToken is invalid.", 400};
}

Error invalid_name() {
  return {"ValidationException",
          "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
          "following: -/_+=.@!",
          400};
}

Error default_key_of_other_account() {
  return invalid_request(
      "You can't access a secret from a different AWS account if you encrypt the secret with the "
      "default KMS service key.");
}

Error no_request_token(std::string_view code) {
  return {std::string(code),
          "You must provide a ClientRequestToken value. We recommend a UUID-type value.", 400};
}

Error invalid_parameter(std::string_view message) {
  return {"InvalidParameterException", std::string(message), 400};
}

Error invalid_request(std::string_view message) {
  return {"InvalidRequestException", std::string(message), 400};
}

}  // namespace cumulite::secretsmanager::errors
