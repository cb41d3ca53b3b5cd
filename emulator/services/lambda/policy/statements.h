#pragma once

#include <optional>
#include <string>

#include "protocol/codec/json_document.h"
#include "protocol/result.h"

/// The statements of resource policies, which functions and layers keep alike.
namespace cumulite::lambda {

/// Those of a policy's text; an empty list for none.
nlohmann::ordered_json statements_in(const std::optional<std::string>& policy);
/// The text of the policy that they make.
std::string policy_text(const nlohmann::ordered_json& statements);
/// Without the statement of the id. Errors: ResourceNotFoundException.
Result<nlohmann::ordered_json> without_statement(const nlohmann::ordered_json& statements,
                                                 const std::string& id);

}  // namespace cumulite::lambda
