#include "emulator/services/lambda/event_source/mapping.h"

#include <utility>

#include "emulator/functions/functions.h"
#include "emulator/services/lambda/service.h"

namespace cumulite::lambda {
namespace {

void describe_stream(Context& ctx, const functions::EventSource& source,
                     api::EventSourceMappingConfiguration& out) {
  out.StartingPosition = source.starting_position;
  out.ParallelizationFactor = static_cast<std::int32_t>(source.parallelization_factor);
  out.MaximumRecordAgeInSeconds = static_cast<std::int32_t>(source.maximum_record_age_seconds);
  out.MaximumRetryAttempts = static_cast<std::int32_t>(source.maximum_retry_attempts);
  out.BisectBatchOnFunctionError = source.bisect_on_error;
  out.TumblingWindowInSeconds = static_cast<std::int32_t>(source.tumbling_window_seconds);
  out.LastProcessingResult = sources_of(ctx).last_result(source);
  auto& failure = out.DestinationConfig.emplace().OnFailure.emplace();
  if (!source.on_failure_arn.empty()) failure.Destination = source.on_failure_arn;
}

}  // namespace

functions::EventSources& sources_of(Context& ctx) {
  return functions_of(ctx).sources();
}

functions::Scope scope_of(const Context& ctx) {
  return {ctx.caller.account_id, ctx.caller.region};
}

Error invalid_value(std::string message) {
  return {"InvalidParameterValueException", std::move(message), 400};
}

Result<functions::EventSourcePtr> find_mapping(Context& ctx,
                                               const std::optional<std::string>& uuid) {
  if (auto source = sources_of(ctx).find(scope_of(ctx), uuid.value_or(""))) return source;
  return Error{"ResourceNotFoundException", "The resource you requested does not exist.", 404};
}

Result<std::string> find_function(Context& ctx, const std::optional<std::string>& name_or_arn) {
  functions::EventSource named;
  named.account = ctx.caller.account_id;
  named.region = ctx.caller.region;
  named.function = functions::qualified_name(name_or_arn.value_or(""));
  const bool is_other =
      name_or_arn && name_or_arn->starts_with("arn:") && *name_or_arn != named.function_arn();
  if (!is_other && functions_of(ctx).has_function(named.function_arn())) return named.function;
  return invalid_value("Function does not exist");
}

api::EventSourceMappingConfiguration describe(Context& ctx, const functions::EventSource& source,
                                              std::string_view state) {
  api::EventSourceMappingConfiguration out;
  out.UUID = source.id;
  out.BatchSize = static_cast<std::int32_t>(source.batch_size);
  out.MaximumBatchingWindowInSeconds = static_cast<std::int32_t>(source.batching_window_seconds);
  out.EventSourceArn = source.event_source_arn;
  out.FunctionArn = source.function_arn();
  out.LastModified = model::Timestamp{source.modified_ms};
  out.EventSourceMappingArn = source.arn();
  out.State = !state.empty() ? std::string(state) : source.enabled ? "Enabled" : "Disabled";
  out.StateTransitionReason = source.is_queue() ? "USER_INITIATED" : "User action";
  out.FunctionResponseTypes.emplace();
  if (source.report_batch_item_failures)
    out.FunctionResponseTypes->emplace_back("ReportBatchItemFailures");
  if (!source.filters.empty()) {
    auto& filters = out.FilterCriteria.emplace().Filters.emplace();
    for (const std::string& pattern : source.filters) filters.push_back({.Pattern = pattern});
  }
  if (!source.kms_key_arn.empty()) out.KMSKeyArn = source.kms_key_arn;
  if (!source.metrics.empty()) out.MetricsConfig.emplace().Metrics = source.metrics;
  if (source.maximum_concurrency > 0) {
    out.ScalingConfig.emplace().MaximumConcurrency =
        static_cast<std::int32_t>(source.maximum_concurrency);
  }
  if (!source.is_queue()) describe_stream(ctx, source, out);
  return out;
}

}  // namespace cumulite::lambda
