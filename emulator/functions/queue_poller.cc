#include "emulator/functions/queue_poller.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "emulator/core/log.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

// A wake-up is only a hint: without one, a poller looks again after this real time.
constexpr std::int64_t kLookAgainMs = 1'000;
constexpr std::size_t kReceiveMax = 10;

Json attribute_json(const DeliveredAttribute& attribute) {
  Json json = {{"dataType", attribute.type},
               {"stringListValues", Json::array()},
               {"binaryListValues", Json::array()}};
  if (attribute.type.starts_with("Binary")) {
    json["binaryValue"] = codec::base64_encode(attribute.value);
  } else {
    json["stringValue"] = attribute.value;
  }
  return json;
}

}  // namespace

std::string sqs_event(const EventSource& source, const std::vector<QueueMessage>& messages) {
  Json records = Json::array();
  for (const auto& message : messages) {
    Json attributes = Json::object();
    for (const auto& [name, value] : message.attributes) attributes[name] = value;
    Json message_attributes = Json::object();
    for (const auto& attribute : message.message_attributes)
      message_attributes[attribute.name] = attribute_json(attribute);
    records.push_back({{"messageId", message.message_id},
                       {"receiptHandle", message.receipt_handle},
                       {"body", message.body},
                       {"attributes", std::move(attributes)},
                       {"messageAttributes", std::move(message_attributes)},
                       {"md5OfBody", message.md5_of_body},
                       {"eventSource", "aws:sqs"},
                       {"eventSourceARN", source.event_source_arn},
                       {"awsRegion", source.region}});
  }
  return Json{{"Records", std::move(records)}}.dump();
}

std::vector<std::string> handled(const EventSource& source,
                                 const std::vector<QueueMessage>& messages,
                                 std::string_view result_json) {
  std::vector<std::string> handles;
  std::set<std::string> failed;
  const auto result = Json::parse(result_json, nullptr, false);
  if (source.report_batch_item_failures && result.is_object()) {
    const auto report = result.find("batchItemFailures");
    if (report != result.end() && !report->is_null()) {
      if (!report->is_array()) return {};
      for (const auto& entry : *report) {
        const auto id = entry.is_object() ? entry.find("itemIdentifier") : entry.end();
        if (!entry.is_object() || id == entry.end() || !id->is_string()) return {};
        // An id that is not in the batch makes the whole report void, as Lambda has it.
        const auto known = [&](const auto& message) {
          return message.message_id == id->template get_ref<const std::string&>();
        };
        if (std::none_of(messages.begin(), messages.end(), known)) return {};
        failed.insert(id->get<std::string>());
      }
    }
  }
  for (const auto& message : messages) {
    if (!failed.contains(message.message_id)) handles.push_back(message.receipt_handle);
  }
  return handles;
}

QueuePoller::QueuePoller(EventSourcePtr source, PollerParts parts)
    : source_(std::move(source)), parts_(parts) {
  subscription_ = parts_.wake.subscribe(parts_.queues.topic(source_->event_source_arn), [this] {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    woken_.notify_all();
  });
  for (std::int64_t i = 0; i < source_->maximum_concurrency; ++i)
    threads_.emplace_back([this] { work(); });
}

QueuePoller::~QueuePoller() {
  stop();
  for (auto& thread : threads_) thread.join();
  subscription_.reset();
}

void QueuePoller::stop() {
  stopping_ = true;
  const std::lock_guard lock(mutex_);
  woken_.notify_all();
}

std::uint64_t QueuePoller::pending() const {
  return parts_.queues.visible(source_->event_source_arn) + busy_;
}

/// Waits for a wake-up; false when it only timed out.
bool QueuePoller::wait_ms(std::int64_t real_ms) {
  std::unique_lock lock(mutex_);
  const auto seen = wakes_;
  return woken_.wait_for(lock, std::chrono::milliseconds(real_ms),
                         [&] { return stopping_ || wakes_ != seen; });
}

void QueuePoller::work() {
  while (!stopping_) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex_);
      seen = wakes_;
    }
    bool worked = false;
    try {
      worked = process_batch();
    } catch (const std::exception& error) {
      log::error("event source {} of function {}: {}", source_->event_source_arn, source_->function,
                 error.what());
    }
    if (worked) continue;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::chrono::milliseconds(kLookAgainMs),
                    [&] { return stopping_ || wakes_ != seen; });
  }
}

bool QueuePoller::process_batch() {
  const auto function =
      parts_.registry.find({source_->account, source_->region}, source_->function);
  if (function == nullptr) return false;
  // Counted before the receive: between the two, settle would see neither the message nor the
  // batch.
  ++busy_;

  struct Done {
    std::atomic<std::uint64_t>& busy;

    ~Done() { --busy; }
  } done{busy_};

  const auto messages = take_batch();
  if (messages.empty()) return false;
  const auto event = sqs_event(*source_, messages);
  const auto result = parts_.invoker.invoke_sync(
      {.arn = function->arn(), .payload = event, .now_ms = parts_.clock.now_ms(source_->account)});
  if (!result.ok()) {
    log::info("function {} failed on {} message(s): {}", function->name, messages.size(),
              result.payload);
    return true;
  }
  const auto handles = handled(*source_, messages, result.payload);
  if (!handles.empty()) parts_.queues.remove(source_->event_source_arn, handles);
  return true;
}

/// A batch is full, or nothing more comes within the batching window of (virtual) time.
std::vector<QueueMessage> QueuePoller::take_batch() {
  const auto size = static_cast<std::size_t>(source_->batch_size);
  std::vector<QueueMessage> batch;
  std::int64_t deadline_ms = 0;
  while (!stopping_ && batch.size() < size) {
    auto more = parts_.queues.receive(source_->event_source_arn,
                                      std::min(kReceiveMax, size - batch.size()));
    if (batch.empty() && more.empty()) return batch;
    if (batch.empty())
      deadline_ms =
          parts_.clock.now_ms(source_->account) + source_->batching_window_seconds * 1'000;
    const bool none = more.empty();
    std::move(more.begin(), more.end(), std::back_inserter(batch));
    if (!none) continue;
    const auto left_ms = parts_.clock.real_ms_until(deadline_ms, source_->account);
    if (left_ms <= 0) break;
    wait_ms(std::min(left_ms, kLookAgainMs));
  }
  return batch;
}

}  // namespace cumulite::functions
