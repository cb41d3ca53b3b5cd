#include "emulator/services/iam/errors.h"

#include <fmt/format.h>

namespace cumulite::iam::errors {
namespace {

Error no_such_entity(std::string message) {
  return {"NoSuchEntity", std::move(message), 404};
}

}  // namespace

Error no_such(std::string_view what, std::string_view name) {
  return no_such_entity(fmt::format("The {} with name {} cannot be found.", what, name));
}

Error no_such_policy(std::string_view arn) {
  return no_such_entity(fmt::format("Policy {} was not found.", arn));
}

Error no_such_version(std::string_view arn, std::string_view version) {
  return no_such_entity(
      fmt::format("Policy {} version {} does not exist or is not attachable.", arn, version));
}

Error no_such_profile(std::string_view name) {
  return no_such_entity(fmt::format("Instance Profile {} cannot be found.", name));
}

Error exists(std::string_view what, std::string_view name) {
  return {"EntityAlreadyExists", fmt::format("{} with name {} already exists.", what, name), 409};
}

Error policy_exists(std::string_view name) {
  return {"EntityAlreadyExists",
          fmt::format("A policy called {} already exists. Duplicate names are not allowed.", name),
          409};
}

Error delete_conflict(std::string_view message) {
  return {"DeleteConflict", std::string(message), 409};
}

Error quota(std::string_view name, std::size_t limit) {
  return limit_exceeded(fmt::format("Cannot exceed quota for {}: {}", name, limit));
}

Error limit_exceeded(std::string_view message) {
  return {"LimitExceeded", std::string(message), 409};
}

Error malformed_document(std::string_view message) {
  return {"MalformedPolicyDocument", std::string(message), 400};
}

Error invalid_input(std::string_view message) {
  return {"InvalidInput", std::string(message), 400};
}

Error no_calling_user() {
  return validation("Must specify userName when calling with non-User credentials");
}

Error validation(std::string_view message) {
  return {"ValidationError", std::string(message), 400};
}

}  // namespace cumulite::iam::errors
