#include "emulator/functions/async_delivery.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/events/captured.h"
#include "emulator/events/delivery_report.h"
#include "emulator/events/hold.h"
#include "emulator/functions/functions.h"
#include "emulator/functions/iso_time.h"
#include "protocol/codec/json_document.h"
#include "protocol/time_units.h"

namespace cumulite::functions {
namespace {

// Lambda waits one minute before the first retry of an asynchronous event and two before the
// second.
constexpr std::int64_t kRetryDelaysMs[] = {60'000, 120'000};
// A throttled event is tried again until it is too old.
constexpr std::int64_t kThrottledDelayMs = kMinuteMs;
constexpr std::size_t kErrorTextMax = 1'024;

std::int64_t retry_delay_ms(std::uint32_t attempt) {
  return kRetryDelaysMs[std::min<std::size_t>(attempt, std::size(kRetryDelaysMs) - 1)];
}

/// Outbox kind of an ARN's service; empty for one that is none of the outbox's.
std::string_view kind_of(std::string_view arn) {
  if (arn.starts_with("arn:aws:sqs:")) return "sqs";
  if (arn.starts_with("arn:aws:sns:")) return "sns";
  return arn.starts_with("arn:aws:lambda:") ? "function" : "";
}

/// "aws/lambda/async/f/2026/11/22/2026-11-22T06.41.13-<uuid>"
std::string object_key(const std::string& function, std::int64_t now_ms) {
  auto time = iso_time(now_ms);
  auto day = time.substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  time.resize(19);
  std::replace(time.begin(), time.end(), ':', '.');
  return fmt::format("aws/lambda/async/{}/{}/{}-{}", function, day, time, ids::uuid());
}

Event event_for(const Event& cause, std::string_view kind, const std::string& target,
                std::string payload) {
  return {.account = cause.account,
          .region = cause.region,
          .kind = std::string(kind),
          .target = target,
          .payload = std::move(payload)};
}

/// The message of a function's error, which is a document unless the function never ran.
std::string error_text(std::string_view reason) {
  const auto document = nlohmann::json::parse(reason, nullptr, false);
  const auto message = document.is_object() ? document.find("errorMessage") : document.end();
  const bool is_told = message != document.end() && message->is_string();
  return (is_told ? message->get<std::string>() : std::string(reason)).substr(0, kErrorTextMax);
}

/// An event as its dead-letter target gets it: as it was, with what went wrong beside it.
Event dead_letter(const Event& cause, const AsyncEvent& async, const std::string& arn,
                  std::string_view reason, std::string_view request_id) {
  const std::vector<DeliveredAttribute> attributes = {
      {"RequestID", "String", std::string(request_id)},
      {"ErrorCode", "Number", "200"},
      {"ErrorMessage", "String", error_text(reason)}};
  if (kind_of(arn) == "sns") {
    const SnsDelivery message = {.message = async.delivery.event_json, .attributes = attributes};
    return event_for(cause, "sns", arn, encode(message));
  }
  SqsDelivery message = {.body = async.delivery.event_json};
  message.attributes = attributes;
  return event_for(cause, "sqs", arn, encode(message));
}

}  // namespace

/// One try and what came of it.
struct AsyncDelivery::Attempt {
  const Event& event;
  const AsyncEvent& async;
  const FoundFunction& found;
  const AsyncPolicy& policy;
  const InvocationResult& result;
  std::int64_t now_ms;
};

Delivery AsyncDelivery::deliver(const Event& event) {
  auto async = decode_async_event(event.payload);
  if (!async.ok()) return give_up(event, nullptr, async.error().message);
  const auto wanted = parse_function_arn(event.target);
  const auto found = wanted ? functions_.find(*wanted) : std::nullopt;
  if (!found) return give_up(event, &*async, "there is no such function");
  if (event.attempt == 0 && async->delivery.report.of_success) tell_accepted(event, *async);
  return deliver_to(event, *async, *found);
}

Delivery AsyncDelivery::deliver_to(const Event& event, const AsyncEvent& async,
                                   const FoundFunction& found) {
  const auto now_ms = env_.clock.now_ms(event.account);
  const auto policy = async_policy_of(env_.store, found);
  InvocationRequest request = {
      .arn = event.target, .payload = async.delivery.event_json, .now_ms = now_ms};
  request.request_id = async.request_id;
  request.client_context = async.client_context;
  request.trace_header = async.trace_header;
  auto result = functions_.invoke_found(found, request);
  // What was not even tried is told by the id that its sender got.
  if (result.request_id.empty()) result.request_id = async.request_id;
  if (functions_.is_stopping() && !result.ok())
    throw std::runtime_error("the daemon is stopping: the event stays");
  const Attempt attempt = {event, async, found, policy, result, now_ms};
  if (!result.ok()) return fail(attempt);
  std::vector<Event> consequences;
  if (!policy.on_success.empty()) add_record(attempt, policy.on_success, "Success", consequences);
  return finish(event, async, std::move(consequences));
}

Delivery AsyncDelivery::fail(const Attempt& attempt) {
  const auto& event = attempt.event;
  const bool is_throttled = attempt.result.status == InvocationResult::Status::kThrottled;
  const auto delay_ms = is_throttled ? kThrottledDelayMs : retry_delay_ms(event.attempt);
  // An event whose sender gave no time is as old as its tries took.
  const auto age_ms = attempt.async.created_ms != 0
                          ? attempt.now_ms - attempt.async.created_ms
                          : std::int64_t{event.attempt} * kRetryDelaysMs[0];
  const bool too_old = age_ms + delay_ms > attempt.policy.age_seconds_max * 1'000;
  // A function without any concurrency takes no events: they are given up untried.
  const bool is_blocked = is_throttled && attempt.found.reserved_concurrency == 0;
  const bool has_tries = !is_blocked && (is_throttled || event.attempt < attempt.policy.retries);
  if (has_tries && !too_old) return {Delivery::Outcome::kRetry, attempt.now_ms + delay_ms};
  std::vector<Event> consequences;
  const auto& policy = attempt.policy;
  if (!policy.on_failure.empty()) {
    const auto* condition = is_blocked  ? "ZeroReservedConcurrency"
                            : has_tries ? "EventAgeExceeded"
                                        : "RetriesExhausted";
    add_record(attempt, policy.on_failure, condition, consequences);
  }
  if (!kind_of(policy.dead_letter).empty()) {
    consequences.push_back(dead_letter(event, attempt.async, policy.dead_letter,
                                       attempt.result.payload, attempt.result.request_id));
  }
  if (policy.on_failure.empty() && consequences.empty()) {
    log::error("an event for {} is dropped after {} attempt(s): {}", event.target,
               event.attempt + 1, attempt.result.payload);
  }
  return finish(event, attempt.async, std::move(consequences));
}

void AsyncDelivery::add_record(const Attempt& attempt, const std::string& destination,
                               std::string_view condition, std::vector<Event>& consequences) {
  const auto& found = attempt.found;
  DestinationRecord record = {.condition = std::string(condition),
                              .request_payload = attempt.async.delivery.event_json};
  record.function_arn =
      fmt::format("{}:{}", found.id.arn(), found.qualifier.empty() ? "$LATEST" : found.qualifier);
  const bool has_run = attempt.result.status == InvocationResult::Status::kDone;
  record.tries = std::int64_t{attempt.event.attempt} + (has_run ? 1 : 0);
  record.now_ms = attempt.now_ms;
  auto text = to_json(record, attempt.result);
  const auto kind = kind_of(destination);
  std::string payload;
  if (kind == "sqs") payload = encode(SqsDelivery{.body = text});
  if (kind == "sns") payload = encode(SnsDelivery{.message = text});
  if (kind == "function") {
    payload = encode(FunctionDelivery{.event_json = std::move(text), .source = "lambda"});
  }
  if (!kind.empty()) {
    consequences.push_back(event_for(attempt.event, kind, destination, std::move(payload)));
    return;
  }
  const auto bucket = destination.substr(destination.rfind(':') + 1);
  const auto written = object_writer_
                           ? object_writer_({found.id.account, found.id.region, bucket,
                                             object_key(found.id.name, attempt.now_ms), text})
                           : Result<void>(Error{"NotImplemented", "there is no S3 here", 501});
  if (!written.ok()) log::error("no record for {}: {}", destination, written.error().message);
}

/// The sender is done once the function has the event, whatever comes of it: it hears so at once,
/// with the id that the function will see.
void AsyncDelivery::tell_accepted(const Event& event, AsyncEvent& async) {
  if (async.request_id.empty()) async.request_id = ids::uuid();
  const ReportWish wish = std::exchange(async.delivery.report, {});
  DeliveryReport accepted = {.delivered = true, .status = 202};
  accepted.answer = fmt::format(R"({{"lambdaRequestId":"{}"}})", async.request_id);
  accepted.ended_ms = env_.clock.now_ms(event.account);
  env_.store.transact({}, [&](storage::Txn& txn) {
    report(txn, env_.outbox, event, wish, accepted);
    replace_payload(txn, event, encode(async));
  });
}

/// The event and what follows from it change places in one commit. To its sender it was delivered,
/// also when the function failed: what becomes of it then is the function's own affair, as on AWS.
Delivery AsyncDelivery::finish(const Event& event, const AsyncEvent& async,
                               std::vector<Event> consequences) {
  env_.store.transact({}, [&](storage::Txn& txn) {
    for (const auto& consequence : consequences) env_.outbox.append(txn, consequence);
    env_.captured.deliveries().note(txn, async.delivery.from.arn, "lambda",
                                    DeliveryCounts::Outcome::kDelivered);
    env_.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

/// The sender's dead-letter target gets it; without one, the log says that it is gone.
Delivery AsyncDelivery::give_up(const Event& event, const AsyncEvent* async,
                                std::string_view reason) {
  const std::string arn = async == nullptr ? std::string() : async->delivery.dead_letter_arn;
  const bool has_target = kind_of(arn) == "sqs" || kind_of(arn) == "sns";
  if (!has_target) log::error("an event for {} is dropped: {}", event.target, reason);
  if (async == nullptr) return {};
  const auto& delivery = async->delivery;
  Event letter;
  if (kind_of(arn) == "sqs" && !delivery.dead_letter_body.empty()) {
    const SqsDelivery message = {
        .body = delivery.dead_letter_body, .from = delivery.from, .is_dead_letter = true};
    letter = event_for(event, "sqs", arn, encode(message));
  } else if (has_target) {
    letter = dead_letter(event, *async, arn, reason, async->request_id);
  }
  DeliveryReport failure = {.status = 404};
  failure.answer = nlohmann::ordered_json{{"ErrorCode", "ResourceNotFoundException"},
                                          {"ErrorMessage", "Function not found: " + event.target},
                                          {"lambdaRequestId", "Unrecoverable"}}
                       .dump();
  failure.ended_ms = env_.clock.now_ms(event.account);
  env_.store.transact({}, [&](storage::Txn& txn) {
    using Outcome = DeliveryCounts::Outcome;
    const auto& counts = env_.captured.deliveries();
    counts.note(txn, delivery.from.arn, "lambda", Outcome::kFailed);
    if (has_target) {
      env_.outbox.append(txn, letter);
      counts.note(txn, delivery.from.arn, "lambda", Outcome::kRedriven);
    }
    report(txn, env_.outbox, event, delivery.report, failure);
    env_.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

}  // namespace cumulite::functions
