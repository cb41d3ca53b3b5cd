#include <utility>

#include <fmt/format.h>

#include "emulator/functions/functions.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"
#include "emulator/services/lambda/service.h"

namespace cumulite::lambda {
namespace {

using functions::DocumentKind;
using functions::QualifiedId;
using Config = api::FunctionEventInvokeConfig;
using ConfigOp = api::op::GetFunctionEventInvokeConfig;

Error no_config(const QualifiedId& name) {
  return errors::resource_not_found(
      fmt::format("The function {} doesn't have an EventInvokeConfig",
                  qualified_arn({name.id, name.qualifier.empty() ? "$LATEST" : name.qualifier})));
}

/// The configuration without a qualifier is that of $LATEST.
Result<QualifiedId> config_name(const Context& ctx, const std::optional<std::string>& function,
                                const std::optional<std::string>& qualifier) {
  CUMULITE_ASSIGN(auto name, resolve_name(ctx, function, qualifier));
  if (name.qualifier.empty()) name.qualifier = "$LATEST";
  return name;
}

Error no_function() {
  return errors::resource_not_found("The function doesn't exist.");
}

/// A configuration in the form in which the service's message shows it.
std::string shown(const api::DestinationConfig& given) {
  const auto part = [](std::string_view type, const auto& side) {
    if (!side) return std::string("null");
    return fmt::format("{}(destination={})", type, side->Destination.value_or("null"));
  };
  return fmt::format("DestinationConfig(onSuccess={}, onFailure={})",
                     part("OnSuccess", given.OnSuccess), part("OnFailure", given.OnFailure));
}

Result<void> check_destination(const Context& ctx, const QualifiedId& name,
                               const api::DestinationConfig& given,
                               const std::optional<std::string>& arn) {
  if (!arn || arn->empty()) return {};
  if (arn->starts_with("arn:aws:lambda:")) {
    if (*arn == name.id.arn() || *arn == qualified_arn(name)) {
      return errors::invalid_parameter(
          "You can't specify the function as a destination for itself.");
    }
    if (functions_of(ctx).has_function(*arn)) return {};
    return errors::invalid_parameter(fmt::format("The destination ARN {} is invalid.", *arn));
  }
  for (const std::string_view service :
       {"arn:aws:sqs:", "arn:aws:sns:", "arn:aws:events:", "arn:aws:s3:"}) {
    if (arn->starts_with(service)) return {};
  }
  return errors::invalid_parameter(
      fmt::format("The provided destination config {} is invalid.", shown(given)));
}

template <class Request>
Result<void> check_settings(const Request& req) {
  if (req.MaximumRetryAttempts || req.MaximumEventAgeInSeconds || req.DestinationConfig) return {};
  return errors::invalid_parameter(
      "You must specify at least one of error handling or destination setting.");
}

template <class Request>
Result<void> apply(Context& ctx, const Request& req, const QualifiedId& name, Config& config) {
  if (req.MaximumRetryAttempts) config.MaximumRetryAttempts = req.MaximumRetryAttempts;
  if (req.MaximumEventAgeInSeconds) config.MaximumEventAgeInSeconds = req.MaximumEventAgeInSeconds;
  if (req.DestinationConfig) {
    const auto& given = *req.DestinationConfig;
    if (given.OnSuccess)
      CUMULITE_TRY(check_destination(ctx, name, given, given.OnSuccess->Destination));
    if (given.OnFailure)
      CUMULITE_TRY(check_destination(ctx, name, given, given.OnFailure->Destination));
    config.DestinationConfig = given;
  }
  if (!config.DestinationConfig) config.DestinationConfig.emplace();
  if (!config.DestinationConfig->OnSuccess) config.DestinationConfig->OnSuccess.emplace();
  if (!config.DestinationConfig->OnFailure) config.DestinationConfig->OnFailure.emplace();
  config.FunctionArn = qualified_arn(name);
  config.LastModified = model::Timestamp{ctx.now_ms};
  return {};
}

/// With `keeps_old` what the request leaves out stays as it was.
template <class Request>
Result<Config> write(Context& ctx, const Request& req, bool keeps_old) {
  CUMULITE_ASSIGN(const auto name, config_name(ctx, req.FunctionName, req.Qualifier));
  CUMULITE_TRY(check_settings(req));
  return ctx.env.store.transact(
      functions::rows::domains_of(name.id), [&](storage::Txn& txn) -> Result<Config> {
        if (!functions::resolve(txn, name, 1)) return no_function();
        auto known = find_document<ConfigOp>(txn, name, DocumentKind::kEventInvoke);
        if (keeps_old && !known) return no_config(name);
        Config config = keeps_old ? *known : Config{};
        CUMULITE_TRY(apply(ctx, req, name, config));
        put_document<ConfigOp>(txn, name, DocumentKind::kEventInvoke, config);
        return config;
      });
}

}  // namespace

Result<Config> put_function_event_invoke_config(
    Context& ctx, const api::PutFunctionEventInvokeConfigRequest& req) {
  return write(ctx, req, false);
}

Result<Config> update_function_event_invoke_config(
    Context& ctx, const api::UpdateFunctionEventInvokeConfigRequest& req) {
  return write(ctx, req, true);
}

Result<Config> get_function_event_invoke_config(
    Context& ctx, const api::GetFunctionEventInvokeConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, config_name(ctx, req.FunctionName, req.Qualifier));
  auto config = find_document<ConfigOp>(ctx.env.store, name, DocumentKind::kEventInvoke);
  if (!config) return no_config(name);
  return std::move(*config);
}

Result<model::Unit> delete_function_event_invoke_config(
    Context& ctx, const api::DeleteFunctionEventInvokeConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, config_name(ctx, req.FunctionName, req.Qualifier));
  return ctx.env.store.transact(
      functions::rows::domains_of(name.id), [&](storage::Txn& txn) -> Result<model::Unit> {
        if (!find_document<ConfigOp>(txn, name, DocumentKind::kEventInvoke)) return no_config(name);
        txn.del(spaces::kLambda,
                functions::rows::document_key(name.id, DocumentKind::kEventInvoke, name.qualifier));
        return model::Unit{};
      });
}

Result<api::ListFunctionEventInvokeConfigsResponse> list_function_event_invoke_configs(
    Context& ctx, const api::ListFunctionEventInvokeConfigsRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  if (!functions::rows::find_function(ctx.env.store, id)) return no_function();
  CUMULITE_ASSIGN(
      const auto page,
      read_page(ctx.env.store, functions::rows::documents_of(id, DocumentKind::kEventInvoke),
                req.Marker, req.MaxItems));
  api::ListFunctionEventInvokeConfigsResponse res;
  res.FunctionEventInvokeConfigs.emplace();
  for (const auto& row : page.rows) {
    Config config;
    decode_shape(*ConfigOp::info().output, row.value, &config);
    res.FunctionEventInvokeConfigs->push_back(std::move(config));
  }
  res.NextMarker = page.next_token;
  return res;
}

}  // namespace cumulite::lambda
