#pragma once

#include <optional>
#include <string>

#include "emulator/functions/store/function_rows.h"

namespace cumulite::functions {

/// A version of a function, found by its ARN.
struct FoundFunction {
  FunctionId id;
  std::string qualifier;  ///< As named: an alias, a number, "$LATEST" or empty.
  std::string version;    ///< "$LATEST" or a number.
  StoredVersion stored;
  std::optional<std::int64_t> reserved_concurrency;
};

/// Looks it up; an alias leads to one of its versions by their weights, as `dice` (0 to 1) falls.
/// nullopt: there is no such function, version or alias.
std::optional<FoundFunction> resolve(const storage::Reader& reader, const QualifiedId& wanted,
                                     double dice);

/// The alias of that name, or nullopt.
std::optional<api::lambda::AliasConfiguration> find_alias(const storage::Reader& reader,
                                                          const FunctionId& id,
                                                          std::string_view name);

}  // namespace cumulite::functions
