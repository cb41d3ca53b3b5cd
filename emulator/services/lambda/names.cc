#include "emulator/services/lambda/names.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/services/lambda/errors.h"

namespace cumulite::lambda {
namespace {

/// "arn:aws:lambda:REGION:ACCOUNT:function:NAME", without a qualifier.
constexpr std::size_t kArnParts = 7;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (bool more = true; more;) {
    const auto end = text.find(':');
    more = end != std::string_view::npos;
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(more ? end + 1 : text.size());
  }
  return parts;
}

}  // namespace

functions::FunctionId own_id(const Context& ctx, std::string_view name) {
  return {ctx.caller.account_id, ctx.caller.region, std::string(name)};
}

Result<functions::QualifiedId> resolve_name(const Context& ctx,
                                            const std::optional<std::string>& name,
                                            const std::optional<std::string>& qualifier) {
  auto parts = split(name.value_or(""));
  functions::QualifiedId found;
  found.id = own_id(ctx, "");
  std::size_t at = 0;
  if (parts[0] == "arn" && parts.size() >= kArnParts - 1) {
    if (parts[3] != ctx.caller.region) {
      return errors::resource_not_found(
          fmt::format("Functions from '{}' are not reachable in this region ('{}')", parts[3],
                      ctx.caller.region));
    }
    found.id.account = parts[4];
    // An ARN that ends with its type is taken for a function of that name.
    at = std::min(parts.size(), kArnParts) - 1;
  } else {
    // The service passes over what stands before the name in partial ARNs.
    if (parts.size() > at + 2 && is_account_id(parts[at])) found.id.account = parts[at++];
    if (parts.size() > at + 1 && parts[at] == "function") ++at;
  }
  found.id.name = parts[at];
  if (parts.size() > at + 1) found.qualifier = parts[at + 1];
  if (qualifier && !qualifier->empty()) {
    if (!found.qualifier.empty() && found.qualifier != *qualifier) {
      return errors::invalid_parameter(
          "The derived qualifier from the function name does not match the specified qualifier.");
    }
    found.qualifier = *qualifier;
  }
  return found;
}

Result<functions::FunctionId> resolve_unqualified(const Context& ctx,
                                                  const std::optional<std::string>& name,
                                                  Latest latest) {
  CUMULITE_ASSIGN(auto found, resolve_name(ctx, name));
  const bool is_latest = found.qualifier == "$LATEST" && latest == Latest::kAccept;
  if (!found.qualifier.empty() && !is_latest) {
    return errors::invalid_parameter(
        "This operation is permitted on Lambda functions only. Aliases and versions do not "
        "support this operation. Please specify either a function name or an unqualified "
        "function ARN.");
  }
  return std::move(found.id);
}

std::string qualified_arn(const functions::QualifiedId& id) {
  return id.qualifier.empty() ? id.id.arn() : id.id.arn() + ":" + id.qualifier;
}

Result<functions::StoredFunction> require_function(const storage::Reader& reader,
                                                   const functions::FunctionId& id) {
  auto function = functions::rows::find_function(reader, id);
  if (!function) return errors::function_not_found(id.arn());
  return std::move(*function);
}

Result<functions::FoundFunction> require_version(const storage::Reader& reader,
                                                 const functions::QualifiedId& id) {
  auto found = functions::resolve(reader, id, 1);
  if (!found) return errors::function_not_found(qualified_arn(id));
  return std::move(*found);
}

Result<functions::FoundFunction> require_qualified(const storage::Reader& reader,
                                                   const functions::QualifiedId& id) {
  auto found = functions::resolve(reader, id, 1);
  if (found) return std::move(*found);
  const bool is_alias = !id.qualifier.empty() && !functions::version_number(id.qualifier) &&
                        id.qualifier.find('$') == std::string::npos;
  if (is_alias) return errors::alias_not_found(qualified_arn(id));
  return errors::function_not_found(qualified_arn(id));
}

}  // namespace cumulite::lambda
