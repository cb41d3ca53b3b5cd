#include <utility>

#include <fmt/format.h>

#include "emulator/functions/async_event.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/invoke/waiting_call.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/service.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/time_units.h"

namespace cumulite::lambda {
namespace {

constexpr std::size_t kPayloadBytesMax = 6 * 1024 * 1024;
constexpr std::size_t kEventBytesMax = 1024 * 1024;
// The function's own time-out ends a wait, in real time: virtual time must not.
constexpr std::int64_t kWaitMs = 50 * 365 * kDayMs;

Result<void> check_size(std::uint64_t size_bytes, bool is_event) {
  const auto bytes_max = is_event ? kEventBytesMax : kPayloadBytesMax;
  if (size_bytes <= bytes_max) return {};
  return Error{"RequestTooLargeException",
               fmt::format("{} byte payload is too large for the {} invocation type (limit {} "
                           "bytes)",
                           size_bytes, is_event ? "Event" : "RequestResponse", bytes_max),
               413};
}

Result<void> check_payload(const api::InvocationRequest& req, bool is_event) {
  const std::string_view payload = req.Payload ? std::string_view(*req.Payload) : "";
  CUMULITE_TRY(check_size(payload.size(), is_event));
  if (!payload.empty() && !nlohmann::json::accept(payload)) {
    return Error{"InvalidRequestContentException",
                 "Could not parse request body into json: Could not parse payload into json: "
                 "Unexpected character",
                 400};
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
  if (req.LogType == "Tail") res.LogResult = log_tail(result.log);
  return res;
}

/// An asynchronous invocation is an event in the outbox: it is tried, retried and given up from
/// there.
void enqueue(Context& ctx, const functions::QualifiedId& name, const api::InvocationRequest& req) {
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
}

/// Starts it on a thread of its own, which wakes this call's connection when it has ended, or when
/// a streamed answer begins.
Wait start(Context& ctx, functions::FoundFunction found, const api::InvocationRequest& req,
           const functions::QualifiedId& name, bool is_streamed) {
  const Wait wait = {.topic = "lambda/" + std::string(ctx.request_id),
                     .deadline_ms = ctx.started_ms + kWaitMs};
  functions::InvocationRequest request = {.arn = qualified_arn(name),
                                          .now_ms = ctx.now_ms,
                                          .request_id = std::string(ctx.request_id),
                                          .when_busy = functions::WhenBusy::kThrottle};
  if (req.ClientContext) {
    request.client_context = codec::base64_decode(*req.ClientContext).value_or("");
  }
  request.trace_header = ctx.request.header("X-Amzn-Trace-Id");
  start_call(ctx, {.found = std::move(found),
                   .request = std::move(request),
                   .payload = req.Payload.value_or("{}"),
                   .topic = wait.topic,
                   .is_streamed = is_streamed});
  return wait;
}

}  // namespace

Result<WaitOr<api::InvocationResponse>> invoke(Context& ctx, const api::InvocationRequest& req) {
  return invoke_waiting(ctx, req, false);
}

Result<WaitOr<api::InvocationResponse>> invoke_waiting(Context& ctx,
                                                       const api::InvocationRequest& req,
                                                       bool is_streamed) {
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
  if (type == "Event") {
    enqueue(ctx, name, req);
    api::InvocationResponse res;
    res.StatusCode = 202;
    return Answer(std::move(res));
  }
  return Answer(start(ctx, std::move(*found), req, name, is_streamed));
}

/// The first way to invoke without waiting, which the service still has. Its body is a stream.
Result<api::InvokeAsyncResponse> invoke_async(Context& ctx, const api::InvokeAsyncRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName));
  api::InvocationRequest event;
  if (ctx.body != nullptr && ctx.body->spool != nullptr) {
    CUMULITE_TRY(check_size(ctx.body->size_bytes(), true));
    auto& payload = event.Payload.emplace(ctx.body->size_bytes(), '\0');
    ctx.body->spool->read_at(0, payload.data(), payload.size());
  }
  CUMULITE_TRY(check_payload(event, true));
  CUMULITE_TRY(require_version(ctx.env.store, name));
  enqueue(ctx, name, event);
  return api::InvokeAsyncResponse{.Status = 202};
}

}  // namespace cumulite::lambda
