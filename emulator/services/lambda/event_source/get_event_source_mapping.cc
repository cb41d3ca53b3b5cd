#include "emulator/services/lambda/event_source/mapping.h"

namespace cumulite::lambda {

Result<api::EventSourceMappingConfiguration> get_event_source_mapping(
    Context& ctx, const api::GetEventSourceMappingRequest& req) {
  CUMULITE_ASSIGN(const auto known, find_mapping(ctx, req.UUID));
  return describe(ctx, *known);
}

}  // namespace cumulite::lambda
