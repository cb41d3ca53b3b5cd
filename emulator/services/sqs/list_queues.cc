#include <algorithm>
#include <utility>

#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/queue_access.h"
#include "protocol/codec/base64.h"

namespace cumulite::sqs {
namespace {

// A listing never shows more, with or without MaxResults.
constexpr std::int32_t kResultsMax = 1'000;

Result<std::size_t> page_size(const std::optional<std::int32_t>& max_results) {
  if (!max_results) return static_cast<std::size_t>(kResultsMax);
  if (*max_results < 1 || *max_results > kResultsMax) {
    return errors::invalid_value(std::to_string(*max_results), "MaxResults",
                                 "MaxResults must be an integer between 1 and 1000.");
  }
  return static_cast<std::size_t>(*max_results);
}

// The token is the name of the last queue shown.
Result<std::string> after_name(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  auto name = codec::base64_decode(*token);
  if (!name) return errors::invalid_value(*token, "NextToken", "Invalid or expired next token.");
  return std::move(*name);
}

}  // namespace

Result<api::ListQueuesResult> list_queues(Context& ctx, const api::ListQueuesRequest& req) {
  auto limit = page_size(req.MaxResults);
  if (!limit.ok()) return std::move(limit).error();
  auto after = after_name(req.NextToken);
  if (!after.ok()) return std::move(after).error();
  const QueueAddress scope = {ctx.caller.account_id, ctx.caller.region,
                              req.QueueNamePrefix.value_or("")};
  auto queues = service_of(ctx).queues().list(scope, *after, *limit + 1);
  api::ListQueuesResult answer;
  if (queues.size() > *limit) {
    queues.pop_back();
    // Without MaxResults AWS gives no token: the listing just ends.
    if (req.MaxResults) answer.NextToken = codec::base64_encode(queues.back()->name);
  }
  if (queues.empty()) return answer;
  answer.QueueUrls.emplace();
  for (const QueuePointer& queue : queues) answer.QueueUrls->push_back(url_of(ctx, *queue));
  return answer;
}

Result<api::ListDeadLetterSourceQueuesResult> list_dead_letter_source_queues(
    Context& ctx, const api::ListDeadLetterSourceQueuesRequest& req) {
  auto target = find_queue(ctx, req.QueueUrl, "ListDeadLetterSourceQueues");
  if (!target.ok()) return std::move(target).error();
  auto limit = page_size(req.MaxResults);
  if (!limit.ok()) return std::move(limit).error();
  auto after = after_name(req.NextToken);
  if (!after.ok()) return std::move(after).error();

  api::ListDeadLetterSourceQueuesResult answer;
  answer.queueUrls.emplace();
  std::string last_name;
  const QueueAddress scope = {(*target)->account, (*target)->region, ""};
  for (;;) {
    const auto queues = service_of(ctx).queues().list(scope, *after, kResultsMax);
    for (const QueuePointer& queue : queues) {
      *after = queue->name;
      const auto config = queue->config();
      if (!config->redrive || config->redrive->dead_letter_arn != (*target)->arn) continue;
      if (answer.queueUrls->size() == *limit) {
        if (req.MaxResults) answer.NextToken = codec::base64_encode(last_name);
        return answer;
      }
      last_name = queue->name;
      answer.queueUrls->push_back(url_of(ctx, *queue));
    }
    if (queues.size() < static_cast<std::size_t>(kResultsMax)) return answer;
  }
}

}  // namespace cumulite::sqs
