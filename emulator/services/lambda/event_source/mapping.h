#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/lambda.h"
#include "emulator/core/context.h"
#include "emulator/functions/sources/event_sources.h"

/// Event source mappings as Lambda's API shows and takes them; how they are kept and run is in
/// emulator/functions/sources.
namespace cumulite::lambda {

functions::EventSources& sources_of(Context& ctx);
functions::Scope scope_of(const Context& ctx);

/// The mapping of the id. Errors: ResourceNotFoundException.
Result<functions::EventSourcePtr> find_mapping(Context& ctx,
                                               const std::optional<std::string>& uuid);

/// "name" or "name:qualifier" of a function that exists. Errors: InvalidParameterValueException,
/// "Function does not exist".
Result<std::string> find_function(Context& ctx, const std::optional<std::string>& name_or_arn);

/// `state`: "Creating", "Enabling", ...; empty: Enabled or Disabled.
api::EventSourceMappingConfiguration describe(Context& ctx, const functions::EventSource& source,
                                              std::string_view state = {});

/// Takes over what Create and Update have in common. `Request` is either of their inputs.
template <class Request>
void apply_settings(const Request& req, functions::EventSource& source) {
  if (req.Enabled) source.enabled = *req.Enabled;
  if (req.BatchSize) source.batch_size = *req.BatchSize;
  if (req.MaximumBatchingWindowInSeconds)
    source.batching_window_seconds = *req.MaximumBatchingWindowInSeconds;
  if (req.KMSKeyArn) source.kms_key_arn = *req.KMSKeyArn;
  if (req.ParallelizationFactor) source.parallelization_factor = *req.ParallelizationFactor;
  if (req.MaximumRecordAgeInSeconds)
    source.maximum_record_age_seconds = *req.MaximumRecordAgeInSeconds;
  if (req.MaximumRetryAttempts) source.maximum_retry_attempts = *req.MaximumRetryAttempts;
  if (req.BisectBatchOnFunctionError) source.bisect_on_error = *req.BisectBatchOnFunctionError;
  if (req.TumblingWindowInSeconds) source.tumbling_window_seconds = *req.TumblingWindowInSeconds;
  if (req.MetricsConfig) source.metrics = req.MetricsConfig->Metrics.value_or(source.metrics);
  // An empty ScalingConfig takes the bound away, an empty FilterCriteria the filters.
  if (req.ScalingConfig)
    source.maximum_concurrency = req.ScalingConfig->MaximumConcurrency.value_or(0);
  if (req.FunctionResponseTypes)
    source.report_batch_item_failures = !req.FunctionResponseTypes->empty();
  if (req.DestinationConfig) {
    const auto& failure = req.DestinationConfig->OnFailure;
    source.on_failure_arn = failure ? failure->Destination.value_or("") : "";
  }
  if (!req.FilterCriteria) return;
  source.filters.clear();
  if (!req.FilterCriteria->Filters) return;
  for (const auto& filter : *req.FilterCriteria->Filters)
    source.filters.push_back(filter.Pattern.value_or(""));
}

/// What a request set that its source does not have. `Request` is an input of Create or Update.
template <class Request>
Result<void> check_members(const Request& req, bool is_queue) {
  const auto refuse = [](const std::string& member) -> Result<void> {
    return Error{"InvalidParameterValueException",
                 "Unsupported " + member + " parameter for given event source mapping type.", 400};
  };
  if (!is_queue) {
    if (req.ScalingConfig) return refuse("ScalingConfig");
    return {};
  }
  if (req.ParallelizationFactor) return refuse("ParallelizationFactor");
  if (req.MaximumRecordAgeInSeconds) return refuse("MaximumRecordAgeInSeconds");
  if (req.MaximumRetryAttempts) return refuse("MaximumRetryAttempts");
  if (req.BisectBatchOnFunctionError) return refuse("BisectBatchOnFunctionError");
  if (req.TumblingWindowInSeconds) return refuse("TumblingWindowInSeconds");
  const bool has_destination = req.DestinationConfig && req.DestinationConfig->OnFailure &&
                               req.DestinationConfig->OnFailure->Destination;
  if (has_destination) return refuse("DestinationConfig");
  return {};
}

/// Whether the mapping as a whole may be. Errors: InvalidParameterValueException.
Result<void> check_mapping(Context& ctx, const functions::EventSource& source);

/// Errors: InvalidParameterValueException.
Error invalid_value(std::string message);

Result<api::EventSourceMappingConfiguration> create_event_source_mapping(
    Context& ctx, const api::CreateEventSourceMappingRequest& req);
Result<api::EventSourceMappingConfiguration> update_event_source_mapping(
    Context& ctx, const api::UpdateEventSourceMappingRequest& req);
Result<api::EventSourceMappingConfiguration> delete_event_source_mapping(
    Context& ctx, const api::DeleteEventSourceMappingRequest& req);
Result<api::EventSourceMappingConfiguration> get_event_source_mapping(
    Context& ctx, const api::GetEventSourceMappingRequest& req);
Result<api::ListEventSourceMappingsResponse> list_event_source_mappings(
    Context& ctx, const api::ListEventSourceMappingsRequest& req);

}  // namespace cumulite::lambda
