#include "emulator/services/kms/errors.h"

#include <fmt/format.h>

namespace cumulite::kms::errors {

Error key_not_found(std::string_view arn) {
  return {"NotFoundException", fmt::format("Key '{}' does not exist", arn), 400};
}

Error alias_not_found(std::string_view arn) {
  return {"NotFoundException", fmt::format("Alias {} is not found.", arn), 400};
}

Error invalid_key_id(std::string_view id) {
  return {"NotFoundException", fmt::format("Invalid keyId '{}'", id), 400};
}

Error invalid_arn(std::string_view region) {
  return {"NotFoundException", fmt::format("Invalid arn {}", region), 400};
}

Error disabled(std::string_view arn) {
  return {"DisabledException", fmt::format("{} is disabled.", arn), 400};
}

Error invalid_state(std::string_view arn, std::string_view state) {
  return {"KMSInvalidStateException", fmt::format("{} {}.", arn, state), 400};
}

Error wrong_usage(std::string_view arn, std::string_view usage, std::string_view operation) {
  return {"InvalidKeyUsageException",
          fmt::format("{} key usage is {} which is not valid for {}.", arn, usage, operation), 400};
}

Error wrong_algorithm(std::string_view algorithm, std::string_view spec) {
  return {"InvalidKeyUsageException",
          fmt::format("Algorithm {} is incompatible with key spec {}.", algorithm, spec), 400};
}

Error incorrect_key() {
  return {"IncorrectKeyException",
          "The key ID in the request does not identify a CMK that can perform this operation.",
          400};
}

// The next three say no more than their code, as at AWS.
Error invalid_ciphertext() {
  return {"InvalidCiphertextException", "", 400};
}

Error invalid_signature() {
  return {"KMSInvalidSignatureException", "", 400};
}

Error invalid_mac() {
  return {"KMSInvalidMacException", "", 400};
}

Error unknown_key_of_ciphertext() {
  return {"AccessDeniedException",
          "The ciphertext refers to a customer master key that does not exist, does not exist in "
          "this region, or you are not allowed to access.",
          400};
}

Error dry_run() {
  return {"DryRunOperationException",
          "The request would have succeeded, but the DryRun option is set.", 400};
}

Error managed_by_aws(std::string_view account, std::string_view operation, std::string_view arn) {
  return {"AccessDeniedException",
          fmt::format("User: arn:aws:iam::{0}:root is not authorized to perform: kms:{1} on "
                      "resource: {2} because no resource-based policy allows the kms:{1} action",
                      account, operation, arn),
          400};
}

Error reserved_alias() {
  return {"NotAuthorizedException", "", 400};
}

Error alias_exists(std::string_view arn) {
  return {"AlreadyExistsException", fmt::format("An alias with the name {} already exists", arn),
          400};
}

Error tag(std::string_view message) {
  return {"TagException", std::string(message), 400};
}

Error invalid_marker() {
  return {"InvalidMarkerException", "The marker is not valid.", 400};
}

Error malformed_policy(std::string_view message) {
  return {"MalformedPolicyDocumentException", std::string(message), 400};
}

Error no_such_policy() {
  return {"NotFoundException", "No such policy exists", 400};
}

Error unsupported(std::string_view message) {
  return {"UnsupportedOperationException", std::string(message), 400};
}

Error grant_not_found(std::string_view id) {
  return {"NotFoundException", fmt::format("Grant ID {} not found", id), 400};
}

Error invalid_grant_token() {
  return {"InvalidGrantTokenException", "The grant token is not valid.", 400};
}

Error too_many_rotations(std::string_view arn) {
  return {"LimitExceededException",
          fmt::format("The on-demand rotations limit has been reached for the given keyId. No more "
                      "on-demand rotations can be performed for this key: {}",
                      arn),
          400};
}

Error validation(std::string_view message) {
  return {"ValidationException", std::string(message), 400};
}

}  // namespace cumulite::kms::errors
