#include "emulator/services/lambda/policy/statements.h"

#include <fmt/format.h>

#include "emulator/services/lambda/errors.h"

namespace cumulite::lambda {

nlohmann::ordered_json statements_in(const std::optional<std::string>& policy) {
  if (!policy) return nlohmann::ordered_json::array();
  return nlohmann::ordered_json::parse(*policy)["Statement"];
}

std::string policy_text(const nlohmann::ordered_json& statements) {
  const nlohmann::ordered_json policy = {
      {"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", statements}};
  return policy.dump();
}

Result<nlohmann::ordered_json> without_statement(const nlohmann::ordered_json& statements,
                                                 const std::string& id) {
  nlohmann::ordered_json kept = nlohmann::ordered_json::array();
  for (const auto& statement : statements) {
    if (statement["Sid"] != id) kept.push_back(statement);
  }
  if (kept.size() == statements.size()) {
    return errors::resource_not_found(
        fmt::format("Statement {} is not found in resource policy.", id));
  }
  return kept;
}

}  // namespace cumulite::lambda
