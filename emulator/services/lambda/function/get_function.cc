#include <utility>

#include "emulator/services/lambda/function/code_download.h"
#include "emulator/services/lambda/function/configuration.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"

namespace cumulite::lambda {
namespace {

/// The configuration as an answer about this name shows it.
api::FunctionConfiguration shown(const functions::FoundFunction& found) {
  auto configuration = found.stored.configuration;
  if (!found.qualifier.empty())
    configuration.FunctionArn = qualified_arn({found.id, found.qualifier});
  return configuration;
}

}  // namespace

Result<api::GetFunctionResponse> get_function(Context& ctx, const api::GetFunctionRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  CUMULITE_ASSIGN(const auto found, require_version(ctx.env.store, name));
  CUMULITE_ASSIGN(auto function, require_function(ctx.env.store, name.id));
  api::GetFunctionResponse res;
  res.Configuration = shown(found);
  res.Code.emplace();
  res.Code->RepositoryType = "S3";
  if (found.stored.code) {
    res.Code->Location = code_location(ctx, qualified_arn({found.id, found.version}),
                                       found.stored.configuration.CodeSha256.value_or(""));
  }
  if (!function.tags.empty()) res.Tags = std::move(function.tags);
  if (function.reserved_concurrency) {
    res.Concurrency = {.ReservedConcurrentExecutions =
                           static_cast<std::int32_t>(*function.reserved_concurrency)};
  }
  return res;
}

Result<api::FunctionConfiguration> get_function_configuration(
    Context& ctx, const api::GetFunctionConfigurationRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  CUMULITE_ASSIGN(const auto found, require_version(ctx.env.store, name));
  return shown(found);
}

/// With FunctionVersion ALL each function's published versions follow it; they do not count towards
/// MaxItems.
Result<api::ListFunctionsResponse> list_functions(Context& ctx,
                                                  const api::ListFunctionsRequest& req) {
  const auto prefix = functions::rows::functions_of(ctx.caller.account_id, ctx.caller.region);
  CUMULITE_ASSIGN(const auto page, read_page(ctx.env.store, prefix, req.Marker, req.MaxItems));
  const bool all = req.FunctionVersion == "ALL";
  api::ListFunctionsResponse res;
  res.Functions.emplace();
  for (const auto& row : page.rows) {
    const auto function = functions::rows::decode_function(row.value);
    auto latest = function.latest.configuration;
    const auto id = own_id(ctx, latest.FunctionName.value_or(""));
    show_listed(latest);
    if (all) latest.FunctionArn = id.arn() + ":$LATEST";
    res.Functions->push_back(std::move(latest));
    for (std::uint64_t number = 1; all && number <= function.last_version; ++number) {
      if (auto version = functions::rows::find_version(ctx.env.store, id, number))
        show_listed(res.Functions->emplace_back(std::move(version->configuration)));
    }
  }
  res.NextMarker = page.next_token;
  return res;
}

}  // namespace cumulite::lambda
