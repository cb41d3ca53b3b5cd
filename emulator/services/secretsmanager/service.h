#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/service.h"

namespace cumulite::functions {

class FunctionInvoker;

}  // namespace cumulite::functions

/// AWS Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference/
namespace cumulite::secretsmanager {

/// `env` outlives the result.
std::unique_ptr<Service> make_service(Environment& env);

/// Rotations invoke their functions by it. Before the service starts.
void connect(Service& service, functions::FunctionInvoker& invoker);

/// A secret's text, as Parameter Store shows it.
struct ReferencedSecret {
  std::string text;
  std::string description;  ///< GetSecretValue's answer without the text: JSON.
  std::int64_t created_ms = 0;
};

/// By name, and label or version id (empty: AWSCURRENT). Nullopt: there is none, or it is binary.
std::optional<ReferencedSecret> find_referenced(Context& ctx, std::string_view name,
                                                const std::string& selector);

}  // namespace cumulite::secretsmanager
