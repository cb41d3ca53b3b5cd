#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.h"

/// DynamoDB's refusals, one maker a message. The wordings are those of the service (recorded
/// answers, and public suites that run against it), because clients compare them.
namespace cumulite::dynamodb::errors {

/// ValidationException with the message as it is.
Error validation(std::string message);
/// "One or more parameter values were invalid: ...".
Error invalid_parameter(std::string_view detail);

// Numbers.
Error not_a_number(std::string_view text);
Error number_overflow();
Error number_underflow();
Error too_many_digits();

// Values and items.
Error empty_set(std::string_view kind);
Error duplicates(std::string_view rendered_set);
Error number_set_duplicates();
Error binary_set_duplicates(std::string_view rendered_set);
Error nesting_too_deep();
Error stored_nesting_too_deep();  ///< What an update would make of the item.
Error item_too_large();
Error updated_item_too_large();

// Keys.
Error key_not_matching_schema();
Error missing_key(std::string_view attribute);
Error key_type_mismatch(std::string_view attribute, std::string_view expected,
                        std::string_view actual);
Error index_key_type_mismatch(std::string_view attribute, std::string_view expected,
                              std::string_view actual, std::string_view index);
Error empty_key_value(std::string_view attribute, bool binary);
Error empty_index_key_value(std::string_view attribute, bool binary, std::string_view index);
Error hash_key_too_long();
Error range_key_too_long();
Error key_update(std::string_view attribute);
Error nested_key_path(std::string_view attribute, bool index_key);

// Tables.
Error table_not_found(std::string_view name);  ///< "Requested resource not found: Table: ..."
Error resource_not_found();                    ///< "Requested resource not found"
Error table_in_use(std::string_view name);     ///< CreateTable of an existing table.
Error being_created(std::string_view name);    ///< A change of a table that is being filled.
Error being_deleted(std::string_view name);    ///< A change of a table that is being deleted.
Error being_updated(std::string_view name);    ///< A change of a table that is being updated.
Error replica_in_use();                        ///< A change of a busy table that has replicas.
/// "Attempt to change a resource which is still in use: DETAIL"
Error still_in_use(std::string_view detail);
Error index_being_filled(std::string_view name);
Error index_not_found(std::string_view name);  ///< Query or Scan of an unknown index.
Error deletion_protected(std::string_view table_arn);
Error limit_exceeded(std::string_view message);
Error throttled(std::string_view message);  ///< ThrottlingException of a setting, not of capacity.
Error resource_in_use(std::string_view message);
Error not_found(std::string_view message);  ///< ResourceNotFoundException with the message as is.

// Conditions.
/// An INSERT of an item that is there.
Error duplicate_item();
/// `item_json` is the Item member for ReturnValuesOnConditionCheckFailure, or empty.
Error conditional_check_failed(std::string_view item_json = {});

// Transactions.
Error transaction_conflict();      ///< A write of an item that a transaction is under way on.
Error transaction_in_progress();   ///< A request under the token of one that is under way.
Error token_of_another_request();  ///< The token belongs to a request with other actions.

}  // namespace cumulite::dynamodb::errors
