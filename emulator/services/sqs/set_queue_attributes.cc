#include <utility>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_attributes.h"
#include "emulator/services/sqs/queue_rules.h"
#include "protocol/time_units.h"

namespace cumulite::sqs {
namespace {

// A new deduplication scope reaches the senders after the sixty seconds that AWS allows itself.
constexpr std::int64_t kPropagationMs = kMinuteMs;

}  // namespace

Result<Unit> set_queue_attributes(Context& ctx, const api::SetQueueAttributesRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "SetQueueAttributes");
  if (!queue.ok()) return std::move(queue).error();
  if (!req.Attributes) return errors::missing_parameter("Attributes");
  auto changed =
      change_definition(ctx.env.store, **queue, [&](QueueConfig& config) -> Result<void> {
        const bool former = config.deduplicates_per_group(ctx.now_ms);
        CUMULITE_TRY(apply_attributes(*req.Attributes, AttributeUse::kSet, config));
        if (model::find(*req.Attributes, "RedrivePolicy") != nullptr) {
          CUMULITE_TRY(check_dead_letter_queue(service_of(ctx), config));
        }
        if (config.deduplication_per_group != former) {
          config.former_deduplication_per_group = former;
          config.former_deduplication_until_ms = ctx.now_ms + kPropagationMs;
        }
        config.modified_ms = ctx.now_ms;
        return {};
      });
  if (!changed.ok()) return std::move(changed).error();
  return Unit{};
}

}  // namespace cumulite::sqs
