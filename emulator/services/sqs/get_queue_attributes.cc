#include <algorithm>
#include <utility>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "emulator/services/sqs/queue_attributes.h"

namespace cumulite::sqs {
namespace {

// The names are views into `asked`.
Result<std::vector<std::string_view>> wanted_names(const std::vector<std::string>& asked) {
  const auto& known = attribute_names();
  std::vector<std::string_view> wanted;
  for (const std::string& name : asked) {
    if (name != "All" && std::find(known.begin(), known.end(), name) == known.end()) {
      return errors::unknown_attribute(name);
    }
    wanted.push_back(name);
  }
  if (std::find(wanted.begin(), wanted.end(), "All") != wanted.end()) return known;
  return wanted;
}

std::optional<std::string> count_text(const QueueIndex::Counts& counts, std::string_view name) {
  if (name == "ApproximateNumberOfMessages") return std::to_string(counts.ready);
  if (name == "ApproximateNumberOfMessagesNotVisible") return std::to_string(counts.in_flight);
  if (name == "ApproximateNumberOfMessagesDelayed") return std::to_string(counts.delayed);
  return std::nullopt;
}

}  // namespace

Result<api::GetQueueAttributesResult> get_queue_attributes(
    Context& ctx, const api::GetQueueAttributesRequest& req) {
  auto queue = find_queue(ctx, req.QueueUrl, "GetQueueAttributes");
  if (!queue.ok()) return std::move(queue).error();
  const auto asked = req.AttributeNames.value_or(std::vector<std::string>());
  auto wanted = wanted_names(asked);
  if (!wanted.ok()) return std::move(wanted).error();
  return with_mailbox(
      ctx.env.store, **queue, ctx.now_ms,
      [&](storage::Txn&, const QueueConfig& config) -> Result<api::GetQueueAttributesResult> {
        const auto counts = (*queue)->mailbox.index().counts();
        api::GetQueueAttributesResult answer;
        for (const std::string_view name : *wanted) {
          auto text = count_text(counts, name);
          if (!text) text = attribute_text(config, name);
          if (!text) continue;
          if (!answer.Attributes) answer.Attributes.emplace();
          answer.Attributes->emplace_back(name, std::move(*text));
        }
        return answer;
      });
}

}  // namespace cumulite::sqs
