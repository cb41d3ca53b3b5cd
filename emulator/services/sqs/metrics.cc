#include "emulator/services/sqs/metrics.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "emulator/core/admin_registry.h"
#include "emulator/services/sqs/queue_access.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/request.h"

namespace cumulite::sqs {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMetricsPath = "/_aws/sqs/metrics";

struct Gauges {
  QueueIndex::Counts counts;
  QueueIndex::Figures figures;
};

ordered_json to_metrics(const Queue& queue, const Gauges& gauges, std::int64_t now_ms) {
  const auto& [counts, figures] = gauges;
  const std::int64_t age_ms = figures.oldest_sent_ms == 0 ? 0 : now_ms - figures.oldest_sent_ms;
  ordered_json metrics = {
      {"ApproximateNumberOfMessagesVisible", counts.ready},
      {"ApproximateNumberOfMessagesNotVisible", counts.in_flight},
      {"ApproximateNumberOfMessagesDelayed", counts.delayed},
      {"ApproximateAgeOfOldestMessage", std::max<std::int64_t>(0, age_ms) / 1000}};
  if (queue.fifo) return metrics;
  metrics["ApproximateNumberOfNoisyGroups"] = figures.noisy_groups;
  metrics["ApproximateNumberOfMessagesVisibleInQuietGroups"] = figures.ready_in_quiet_groups;
  metrics["ApproximateNumberOfMessagesNotVisibleInQuietGroups"] = figures.in_flight_in_quiet_groups;
  metrics["ApproximateNumberOfMessagesDelayedInQuietGroups"] = figures.delayed_in_quiet_groups;
  return metrics;
}

http::Response show_metrics(SqsService& service, const AdminCall& call) {
  const std::string_view path = call.request.path;
  const std::string arn(path.size() > kMetricsPath.size() ? path.substr(kMetricsPath.size() + 1)
                                                          : "");
  http::Response response;
  response.add_header("Content-Type", "application/json");
  const QueuePointer queue = service.queues().find_arn(arn);
  if (queue == nullptr) {
    response.status = 404;
    response.body = R"({"error":"There is no such queue"})";
    return response;
  }
  Environment& env = service.env();
  const std::int64_t now_ms = env.clock.now_ms(queue->account);
  const auto gauges = with_mailbox(env.store, *queue, now_ms,
                                   [&](storage::Txn&, const QueueConfig&) -> Result<Gauges> {
                                     const QueueIndex& index = queue->mailbox.index();
                                     return Gauges{index.counts(), index.figures()};
                                   });
  if (gauges.ok()) {
    response.body =
        ordered_json{{"queue_arn", arn}, {"metrics", to_metrics(*queue, *gauges, now_ms)}}.dump();
  } else {
    response.status = 404;
    response.body = R"({"error":"There is no such queue"})";
  }
  return response;
}

}  // namespace

void register_metrics(SqsService& service) {
  service.env().admin.add(std::string(kMetricsPath), [&service](const AdminCall& call) {
    return show_metrics(service, call);
  });
}

}  // namespace cumulite::sqs
