#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/functions/async_event.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/service.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite::lambda {
namespace {

constexpr std::size_t kPayloadBytesMax = 6 * 1024 * 1024;
constexpr std::size_t kEventBytesMax = 1024 * 1024;
constexpr std::size_t kLogTailBytes = 4 * 1024;
// The function's own time-out ends a wait, in real time: virtual time must not.
constexpr std::int64_t kWaitMs = std::int64_t{50} * 365 * 24 * 3'600 * 1'000;

Result<void> check_payload(const api::InvocationRequest& req, bool is_event) {
  const std::string_view payload = req.Payload ? std::string_view(*req.Payload) : "";
  const auto bytes_max = is_event ? kEventBytesMax : kPayloadBytesMax;
  if (payload.size() > bytes_max) {
    return Error{"RequestTooLargeException",
                 fmt::format("{} byte payload is too large for the {} invocation type (limit {} "
                             "bytes)",
                             payload.size(), is_event ? "Event" : "RequestResponse", bytes_max),
                 413};
  }
  if (!payload.empty() && !nlohmann::json::accept(payload)) {
    return Error{"InvalidRequestContentException",
                 "Could not parse request body into json: Could not parse payload into json: "
                 "Unexpected character",
                 400}
        .with("Type", "User");
  }
  return {};
}

Result<api::InvocationResponse> answer(const api::InvocationRequest& req,
                                       functions::InvocationResult&& result) {
  using Status = functions::InvocationResult::Status;
  if (result.status == Status::kThrottled) {
    const auto refusal = nlohmann::json::parse(result.payload);
    return errors::too_many_requests(refusal.value("Reason", ""));
  }
  if (result.status != Status::kDone)
    return Error{"ResourceNotReadyException", result.payload, 502};
  api::InvocationResponse res;
  res.StatusCode = 200;
  res.ExecutedVersion = result.executed_version;
  res.Payload = std::move(result.payload);
  if (!result.function_error.empty()) res.FunctionError = result.function_error;
  if (req.LogType == "Tail") {
    std::string_view tail = result.log;
    tail.remove_prefix(tail.size() - std::min(tail.size(), kLogTailBytes));
    res.LogResult = codec::base64_encode(tail);
  }
  return res;
}

/// An asynchronous invocation is an event in the outbox: it is tried, retried and given up from
/// there.
api::InvocationResponse enqueue(Context& ctx, const functions::QualifiedId& name,
                                const api::InvocationRequest& req) {
  Event event = {.account = name.id.account,
                 .region = name.id.region,
                 .kind = "function",
                 .target = qualified_arn(name)};
  functions::AsyncEvent async;
  async.delivery.event_json = req.Payload && !req.Payload->empty() ? *req.Payload : "{}";
  async.delivery.source = "lambda";
  async.request_id = ctx.request_id;
  async.trace_header = ctx.request.header("X-Amzn-Trace-Id");
  async.created_ms = ctx.now_ms;
  if (req.ClientContext)
    async.client_context = codec::base64_decode(*req.ClientContext).value_or("");
  event.payload = functions::encode(async);
  ctx.env.store.transact({}, [&](storage::Txn& txn) { ctx.env.outbox.append(txn, event); });
  ctx.response.status = 202;
  api::InvocationResponse res;
  res.StatusCode = 202;
  return res;
}

/// Starts it on a thread of its own, which wakes this call's connection when it has ended.
Wait start(Context& ctx, functions::FoundFunction found, const api::InvocationRequest& req,
           const functions::QualifiedId& name) {
  auto& functions = functions_of(ctx);
  const std::string id(ctx.request_id);
  const Wait wait = {.topic = "lambda/" + id, .deadline_ms = ctx.started_ms + kWaitMs};
  functions::InvocationRequest request = {.arn = qualified_arn(name),
                                          .now_ms = ctx.now_ms,
                                          .request_id = id,
                                          .when_busy = functions::WhenBusy::kThrottle};
  if (req.ClientContext) {
    request.client_context = codec::base64_decode(*req.ClientContext).value_or("");
  }
  request.trace_header = ctx.request.header("X-Amzn-Trace-Id");
  functions.pending_calls().start(
      id,
      [&functions, found = std::move(found), request = std::move(request),
       payload = req.Payload.value_or("{}")]() mutable {
        request.payload = payload;
        return functions.invoke_found(found, request);
      },
      [&wake = ctx.env.wake, topic = wait.topic] { wake.notify(topic); });
  return wait;
}

}  // namespace

Result<WaitOr<api::InvocationResponse>> invoke(Context& ctx, const api::InvocationRequest& req) {
  using Answer = WaitOr<api::InvocationResponse>;
  auto& calls = functions_of(ctx).pending_calls();
  const std::string id(ctx.request_id);
  if (auto result = calls.take(id)) {
    CUMULITE_ASSIGN(auto res, answer(req, std::move(*result)));
    return Answer(std::move(res));
  }
  if (calls.is_known(id)) {
    if (ctx.final_try) return Error{"ServiceException", "The daemon is stopping.", 500};
    return Answer(Wait{.topic = "lambda/" + id, .deadline_ms = ctx.started_ms + kWaitMs});
  }
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  const auto type = req.InvocationType.value_or("RequestResponse");
  CUMULITE_TRY(check_payload(req, type == "Event"));
  auto found = functions_of(ctx).find(name);
  if (!found) {
    const auto meant = name.qualifier.empty() ? std::string("$LATEST") : name.qualifier;
    return errors::function_not_found(qualified_arn({name.id, meant}));
  }
  if (type == "DryRun") {
    ctx.response.status = 204;
    api::InvocationResponse res;
    res.StatusCode = 204;
    return Answer(std::move(res));
  }
  if (type == "Event") return Answer(enqueue(ctx, name, req));
  return Answer(start(ctx, std::move(*found), req, name));
}

}  // namespace cumulite::lambda
