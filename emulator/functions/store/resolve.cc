#include "emulator/functions/store/resolve.h"

#include <utility>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"

namespace cumulite::functions {
namespace {

/// The version that this invocation of the alias goes to.
std::string version_of(const api::lambda::AliasConfiguration& alias, double dice) {
  if (alias.RoutingConfig && alias.RoutingConfig->AdditionalVersionWeights) {
    for (const auto& [version, weight] : *alias.RoutingConfig->AdditionalVersionWeights) {
      if (dice < weight) return version;
      dice -= weight;
    }
  }
  return alias.FunctionVersion.value_or("$LATEST");
}

}  // namespace

std::optional<api::lambda::AliasConfiguration> find_alias(const storage::Reader& reader,
                                                          const FunctionId& id,
                                                          std::string_view name) {
  const auto row = reader.get(spaces::kLambda, rows::document_key(id, DocumentKind::kAlias, name));
  if (!row) return std::nullopt;
  api::lambda::AliasConfiguration alias;
  decode_shape(*api::lambda::op::GetAlias::info().output, *row, &alias);
  return alias;
}

std::optional<FoundFunction> resolve(const storage::Reader& reader, const QualifiedId& wanted,
                                     double dice) {
  auto function = rows::find_function(reader, wanted.id);
  if (!function) return std::nullopt;
  FoundFunction found = {.id = wanted.id, .qualifier = wanted.qualifier, .version = "$LATEST"};
  found.reserved_concurrency = function->reserved_concurrency;
  auto number = version_number(wanted.qualifier);
  if (!number) {
    const auto alias = find_alias(reader, wanted.id, wanted.qualifier);
    if (!alias) return std::nullopt;
    number = version_number(version_of(*alias, dice));
  }
  if (number.value_or(0) == 0) {
    found.stored = std::move(function->latest);
    return found;
  }
  auto version = rows::find_version(reader, wanted.id, *number);
  if (!version) return std::nullopt;
  found.version = std::to_string(*number);
  found.stored = std::move(*version);
  return found;
}

}  // namespace cumulite::functions
