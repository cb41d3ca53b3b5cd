#include "emulator/services/glacier/errors.h"

#include <fmt/format.h>

namespace cumulite::glacier::errors {

namespace {

Error not_found(std::string message) {
  return {"ResourceNotFoundException", std::move(message), 404};
}

}  // namespace

Error access_denied(std::string_view user, std::string_view action, std::string_view resource) {
  return {"AccessDeniedException",
          fmt::format("User: {} is not authorized to perform: {} on resource: {}", user, action,
                      resource),
          403};
}

Error lock_refused(std::string_view message) {
  return {"AccessDeniedException", std::string(message), 403};
}

Error missing(std::string_view parameter) {
  return {"MissingParameterValueException",
          fmt::format("Required parameter missing: {}", parameter), 400};
}

Error invalid(std::string_view message) {
  return {"InvalidParameterValueException", std::string(message), 400};
}

Error invalid_value(std::string_view name, std::string_view value) {
  return invalid(fmt::format("Invalid {}: {}", name, value));
}

Error limit_exceeded(std::string_view message) {
  return {"LimitExceededException", std::string(message), 400};
}

Error no_longer_supported(std::string_view message) {
  return {"NoLongerSupportedException", std::string(message), 400};
}

Error vault_not_found(std::string_view arn) {
  return not_found(fmt::format("Vault not found for ARN: {}", arn));
}

Error vault_not_empty(std::string_view arn) {
  return invalid(fmt::format("Vault not empty or recently written to: {}", arn));
}

Error archive_not_found(std::string_view archive_id) {
  return not_found(fmt::format("The archive ID was not found: {}", archive_id));
}

Error upload_not_found(std::string_view upload_id) {
  return not_found(fmt::format("The upload ID was not found: {}", upload_id));
}

Error job_not_found(std::string_view job_id) {
  return not_found(fmt::format("The job ID was not found: {}", job_id));
}

Error no_notifications(std::string_view arn) {
  return not_found(fmt::format("No notification configuration is set for vault: {}", arn));
}

Error no_access_policy(std::string_view arn) {
  return not_found(fmt::format("No vault access policy is set for: {}", arn));
}

Error no_lock(std::string_view arn) {
  return not_found(fmt::format("No vault lock policy is set for: {}", arn));
}

Error checksum_mismatch(std::string_view expected, std::string_view computed) {
  return invalid(fmt::format("Checksum mismatch: expected {}, computed {}", expected, computed));
}

Error payload_hash_mismatch(std::string_view expected, std::string_view computed) {
  return invalid(
      fmt::format("The value passed in as x-amz-content-sha256 does not match the computed payload "
                  "hash. Computed digest: {} expected hash: {}",
                  computed, expected));
}

Error invalid_part_size(std::string_view text) {
  return invalid(fmt::format(
      "Invalid part size: {}. Part size must not be null, must be a power of two and be "
      "between 1048576 and 4294967296 bytes.",
      text.empty() ? "null" : text));
}

Error job_not_ready(std::string_view job_id) {
  return invalid(fmt::format("The job is not currently available for download: {}", job_id));
}

Error policy_enforced() {
  return {"PolicyEnforcedException", "InitiateJob request denied by current data retrieval policy.",
          400};
}

Error insufficient_capacity() {
  return {"InsufficientCapacityException",
          "Glacier expedited retrievals are currently not available, please try again later", 400};
}

}  // namespace cumulite::glacier::errors
