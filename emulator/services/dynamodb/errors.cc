#include "emulator/services/dynamodb/errors.h"

#include <fmt/format.h>

namespace cumulite::dynamodb::errors {

Error validation(std::string message) {
  return {"ValidationException", std::move(message)};
}

Error invalid_parameter(std::string_view detail) {
  return validation(fmt::format("One or more parameter values were invalid: {}", detail));
}

Error not_a_number(std::string_view text) {
  std::string message = "The parameter cannot be converted to a numeric value";
  if (!text.empty()) message += fmt::format(": {}", text);
  return validation(std::move(message));
}

Error number_overflow() {
  return validation(
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

Error number_underflow() {
  return validation(
      "Number underflow. Attempting to store a number with magnitude smaller than supported "
      "range");
}

Error too_many_digits() {
  return validation("Attempting to store more than 38 significant digits in a Number");
}

Error empty_set(std::string_view kind) {
  if (kind == "BS") return invalid_parameter("Binary sets should not be empty");
  return invalid_parameter(
      fmt::format("An {} set  may not be empty", kind == "SS" ? "string" : "number"));
}

Error duplicates(std::string_view rendered_set) {
  return invalid_parameter(fmt::format("Input collection {} contains duplicates.", rendered_set));
}

Error number_set_duplicates() {
  return validation("Input collection contains duplicates");
}

Error binary_set_duplicates(std::string_view rendered_set) {
  return invalid_parameter(
      fmt::format("Input collection {}of type BS contains duplicates.", rendered_set));
}

Error nesting_too_deep() {
  return validation(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
}

Error stored_nesting_too_deep() {
  return validation("Nesting Levels have exceeded supported limits");
}

Error item_too_large() {
  return validation("Item size has exceeded the maximum allowed size");
}

Error updated_item_too_large() {
  return validation("Item size to update has exceeded the maximum allowed size");
}

Error key_not_matching_schema() {
  return validation("The provided key element does not match the schema");
}

Error missing_key(std::string_view attribute) {
  return invalid_parameter(fmt::format("Missing the key {} in the item", attribute));
}

Error key_type_mismatch(std::string_view attribute, std::string_view expected,
                        std::string_view actual) {
  return invalid_parameter(
      fmt::format("Type mismatch for key {} expected: {} actual: {}", attribute, expected, actual));
}

Error index_key_type_mismatch(std::string_view attribute, std::string_view expected,
                              std::string_view actual, std::string_view index) {
  return invalid_parameter(
      fmt::format("Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}", attribute,
                  expected, actual, index));
}

Error empty_key_value(std::string_view attribute, bool binary) {
  return validation(fmt::format(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty {} value. Key: {}",
      binary ? "binary" : "string", attribute));
}

Error empty_index_key_value(std::string_view attribute, bool binary, std::string_view index) {
  return validation(fmt::format(
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. The AttributeValue for a key attribute cannot contain an empty {} value. "
      "IndexName: {}, IndexKey: {}",
      binary ? "binary" : "string", index, attribute));
}

Error hash_key_too_long() {
  return invalid_parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes");
}

Error range_key_too_long() {
  return invalid_parameter(
      "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
}

Error key_update(std::string_view attribute) {
  return invalid_parameter(
      fmt::format("Cannot update attribute {}. This attribute is part of the key", attribute));
}

Error nested_key_path(std::string_view attribute, bool index_key) {
  return validation(
      fmt::format("Key attributes must be scalars; list random access '[]' and map lookup '.' are "
                  "not allowed: {}: {}",
                  index_key ? "IndexKey" : "Key", attribute));
}

Error table_not_found(std::string_view name) {
  return {"ResourceNotFoundException",
          fmt::format("Requested resource not found: Table: {} not found", name)};
}

Error resource_not_found() {
  return {"ResourceNotFoundException", "Requested resource not found"};
}

Error table_in_use(std::string_view name) {
  return {"ResourceInUseException", fmt::format("Table already exists: {}", name)};
}

Error still_in_use(std::string_view detail) {
  return resource_in_use(
      fmt::format("Attempt to change a resource which is still in use: {}", detail));
}

Error being_created(std::string_view name) {
  return still_in_use(fmt::format("Table is being created: {}", name));
}

Error being_deleted(std::string_view name) {
  return still_in_use(fmt::format("Table is being deleted: {}", name));
}

Error being_updated(std::string_view name) {
  return still_in_use(fmt::format("Table: {} is in the process of being updated.", name));
}

Error replica_in_use() {
  return resource_in_use("The resource which you are attempting to change is in use.");
}

Error index_being_filled(std::string_view name) {
  return validation(fmt::format("Cannot read from backfilling global secondary index: {}", name));
}

Error index_not_found(std::string_view name) {
  return validation(fmt::format("The table does not have the specified index: {}", name));
}

Error deletion_protected(std::string_view table_arn) {
  return validation(
      fmt::format("Resource cannot be deleted as it is currently protected against deletion. "
                  "Disable deletion protection first. Table: {}",
                  table_arn));
}

Error limit_exceeded(std::string_view message) {
  return {"LimitExceededException", std::string(message)};
}

Error throttled(std::string_view message) {
  return {"ThrottlingException", std::string(message)};
}

Error resource_in_use(std::string_view message) {
  return {"ResourceInUseException", std::string(message)};
}

Error not_found(std::string_view message) {
  return {"ResourceNotFoundException", std::string(message)};
}

Error duplicate_item() {
  return {"DuplicateItemException", "Duplicate primary key exists in table"};
}

Error conditional_check_failed(std::string_view item_json) {
  Error error = {"ConditionalCheckFailedException", "The conditional request failed"};
  if (!item_json.empty()) return std::move(error).with_json("Item", item_json);
  return error;
}

Error transaction_conflict() {
  return {"TransactionConflictException", "Transaction is ongoing for the item"};
}

Error transaction_in_progress() {
  return {"TransactionInProgressException",
          "Transaction from previous request is still in progress"};
}

Error token_of_another_request() {
  return {"IdempotentParameterMismatchException",
          "Specified idempotent token was used with different request parameters within the "
          "idempotency window"};
}

}  // namespace cumulite::dynamodb::errors
