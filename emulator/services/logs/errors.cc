#include "emulator/services/logs/errors.h"

namespace cumulite::logs::errors {

Error invalid_parameter(std::string_view message) {
  return {"InvalidParameterException", std::string(message), 400};
}

Error group_not_found() {
  return {"ResourceNotFoundException", "The specified log group does not exist.", 400};
}

Error stream_not_found() {
  return {"ResourceNotFoundException", "The specified log stream does not exist.", 400};
}

Error resource_not_found() {
  return {"ResourceNotFoundException", "The specified resource does not exist.", 400};
}

Error group_exists() {
  return {"ResourceAlreadyExistsException", "The specified log group already exists", 400};
}

Error stream_exists() {
  return {"ResourceAlreadyExistsException", "The specified log stream already exists", 400};
}

Error invalid_token() {
  return invalid_parameter("The specified nextToken is invalid.");
}

Error invalid_pattern() {
  return invalid_parameter("Invalid filter pattern");
}

Error too_many_tags() {
  return {"TooManyTagsException",
          "The resource has too many tags: at most 50 user-created tags are allowed.", 400};
}

Error deletion_protected() {
  return {"ValidationException",
          "The log group cannot be deleted because deletion protection is enabled.", 400};
}

Error name_and_identifier() {
  return {"ValidationException",
          "LogGroup name and LogGroup ARN are mutually exclusive parameters.", 400};
}

}  // namespace cumulite::logs::errors
