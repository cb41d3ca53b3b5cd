#include "emulator/services/lambda/event_source/mapping.h"

namespace cumulite::lambda {

Result<api::EventSourceMappingConfiguration> update_event_source_mapping(
    Context& ctx, const api::UpdateEventSourceMappingRequest& req) {
  CUMULITE_ASSIGN(const auto known, find_mapping(ctx, req.UUID));
  functions::EventSource source = *known;
  if (req.FunctionName) {
    CUMULITE_ASSIGN(source.function, find_function(ctx, req.FunctionName));
  }
  CUMULITE_TRY(check_members(req, source.is_queue()));
  apply_settings(req, source);
  CUMULITE_TRY(check_mapping(ctx, source));
  source.modified_ms = ctx.now_ms;
  const bool was_enabled = known->enabled;
  CUMULITE_ASSIGN(const auto changed, sources_of(ctx).put(std::move(source)));
  // The mapping is what it says when it is asked next: nothing here takes the service's minute.
  const char* state = changed->enabled == was_enabled ? "Updating"
                      : changed->enabled              ? "Enabling"
                                                      : "Disabling";
  return describe(ctx, *changed, state);
}

}  // namespace cumulite::lambda
