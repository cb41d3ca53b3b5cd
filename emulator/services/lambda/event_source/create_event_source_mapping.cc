#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/services/lambda/event_source/mapping.h"

namespace cumulite::lambda {
namespace {

bool is_stream(const std::string& arn) {
  return arn.starts_with("arn:aws:dynamodb:") && arn.find("/stream/") != std::string::npos;
}

/// One function reads a source once, whatever qualifier it is named with.
Result<void> check_new(Context& ctx, const functions::EventSource& source) {
  for (const auto& other : sources_of(ctx).list(scope_of(ctx))) {
    if (other->event_source_arn != source.event_source_arn || other->function != source.function)
      continue;
    const char* text =
        source.is_queue()
            ? "An event source mapping with SQS arn (\" {} \") and function (\" {} \") already "
              "exists. Please update or delete the existing mapping with UUID {}"
            : "The event source arn (\" {} \") and function (\" {} \") provided mapping already "
              "exists. Please update or delete the existing mapping with UUID {}";
    return Error{
        "ResourceConflictException",
        fmt::format(fmt::runtime(text), source.event_source_arn, source.function, other->id), 409};
  }
  return {};
}

}  // namespace

Result<api::EventSourceMappingConfiguration> create_event_source_mapping(
    Context& ctx, const api::CreateEventSourceMappingRequest& req) {
  functions::EventSource source;
  source.event_source_arn = req.EventSourceArn.value_or("");
  if (!source.is_queue() && !is_stream(source.event_source_arn))
    return invalid_value("Unrecognized event source.");
  CUMULITE_TRY(check_members(req, source.is_queue()));
  CUMULITE_ASSIGN(source.function, find_function(ctx, req.FunctionName));
  source.id = ids::uuid();
  source.account = ctx.caller.account_id;
  source.region = ctx.caller.region;
  source.modified_ms = ctx.now_ms;
  source.batch_size = source.is_queue() ? 10 : 100;
  source.starting_position = source.is_queue() ? "" : req.StartingPosition.value_or("");
  source.tags = req.Tags.value_or(source.tags);
  apply_settings(req, source);
  CUMULITE_TRY(check_mapping(ctx, source));
  CUMULITE_TRY(check_new(ctx, source));
  CUMULITE_ASSIGN(const auto made, sources_of(ctx).put(std::move(source)));
  return describe(ctx, *made, "Creating");
}

}  // namespace cumulite::lambda
