#include "emulator/services/lambda/event_source/mapping.h"

namespace cumulite::lambda {

Result<api::EventSourceMappingConfiguration> delete_event_source_mapping(
    Context& ctx, const api::DeleteEventSourceMappingRequest& req) {
  CUMULITE_ASSIGN(const auto known, find_mapping(ctx, req.UUID));
  // Batches under way end with their function; the next ones are nobody's.
  sources_of(ctx).remove(scope_of(ctx), known->id);
  return describe(ctx, *known, "Deleting");
}

}  // namespace cumulite::lambda
