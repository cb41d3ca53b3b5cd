#include "emulator/functions/functions.h"
#include "emulator/services/lambda/event_source/mapping.h"
#include "emulator/services/lambda/service.h"

namespace cumulite::lambda {
namespace {

constexpr std::int32_t kPageMax = 100;

}  // namespace

Result<api::ListEventSourceMappingsResponse> list_event_source_mappings(
    Context& ctx, const api::ListEventSourceMappingsRequest& req) {
  std::string function;
  if (req.FunctionName) {
    // That there is no such function is no error: it has no mappings.
    function = functions::qualified_name(*req.FunctionName);
  }
  const auto limit = static_cast<std::size_t>(std::min(req.MaxItems.value_or(kPageMax), kPageMax));
  api::ListEventSourceMappingsResponse answer;
  auto& page = answer.EventSourceMappings.emplace();
  for (const auto& source : sources_of(ctx).list(scope_of(ctx))) {
    if (req.Marker && source->id <= *req.Marker) continue;
    if (req.EventSourceArn && source->event_source_arn != *req.EventSourceArn) continue;
    if (!function.empty() && source->function != function) continue;
    if (page.size() == limit) {
      answer.NextMarker = *page.back().UUID;
      break;
    }
    page.push_back(describe(ctx, *source));
  }
  return answer;
}

}  // namespace cumulite::lambda
