#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/functions/store/resolve.h"

namespace cumulite::lambda {

/// Account and region of the call, with a name.
functions::FunctionId own_id(const Context& ctx, std::string_view name);

/// What a FunctionName parameter means: a name, "ACCOUNT:function:NAME", "function:NAME", an ARN;
/// each with or without a qualifier behind it. `qualifier` is the parameter of that name.
/// Errors: the name is none, the two qualifiers differ, the ARN is of another region.
Result<functions::QualifiedId> resolve_name(const Context& ctx,
                                            const std::optional<std::string>& name,
                                            const std::optional<std::string>& qualifier = {});
/// Whether an operation on whole functions takes "$LATEST" for one.
enum class Latest : std::uint8_t { kAccept, kRefuse };

/// The same for operations on whole functions, which refuse a qualifier.
Result<functions::FunctionId> resolve_unqualified(const Context& ctx,
                                                  const std::optional<std::string>& name,
                                                  Latest latest = Latest::kAccept);
/// ARN with the qualifier, if there is one.
std::string qualified_arn(const functions::QualifiedId& id);

/// The function and its first row. Errors: function_not_found.
Result<functions::StoredFunction> require_function(const storage::Reader& reader,
                                                   const functions::FunctionId& id);
/// The version that is meant. Errors: function_not_found with the qualified ARN.
Result<functions::FoundFunction> require_version(const storage::Reader& reader,
                                                 const functions::QualifiedId& id);

/// The version that the name means. Where there is none: in the service's words for versions, or
/// those for aliases.
Result<functions::FoundFunction> require_qualified(const storage::Reader& reader,
                                                   const functions::QualifiedId& id);

}  // namespace cumulite::lambda
