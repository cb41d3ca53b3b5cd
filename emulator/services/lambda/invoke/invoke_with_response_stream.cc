#include <utility>

#include "emulator/functions/functions.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/invoke/event_stream.h"
#include "emulator/services/lambda/invoke/streamed_body.h"
#include "emulator/services/lambda/invoke/waiting_call.h"
#include "emulator/services/lambda/service.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite::lambda {
namespace {

/// How an invocation ended that was not streamed.
functions::ResponseStream::End end_of_answer(const api::InvocationResponse& answer) {
  functions::ResponseStream::End end;
  if (answer.FunctionError) {
    const auto error = nlohmann::json::parse(answer.Payload.value_or("{}"), nullptr, false);
    end.error_type =
        error.is_object() ? error.value("errorType", *answer.FunctionError) : *answer.FunctionError;
    end.error = answer.Payload.value_or("");
  }
  if (answer.LogResult) end.log = codec::base64_decode(*answer.LogResult).value_or("");
  return end;
}

api::InvokeWithResponseStreamResponse stream_of_version(std::optional<std::string> version) {
  api::InvokeWithResponseStreamResponse res;
  res.StatusCode = 200;
  res.ExecutedVersion = std::move(version);
  res.ResponseStreamContentType = "application/vnd.amazon.eventstream";
  return res;
}

}  // namespace

/// A function that streams is answered while it runs; of any other, the stream is one chunk.
Result<WaitOr<api::InvokeWithResponseStreamResponse>> invoke_with_response_stream(
    Context& ctx, const api::InvokeWithResponseStreamRequest& req) {
  using Answer = WaitOr<api::InvokeWithResponseStreamResponse>;
  auto& calls = functions_of(ctx).pending_calls();
  if (auto stream = calls.take_stream(std::string(ctx.request_id))) {
    const auto version = stream->executed_version();
    ctx.response.stream = event_stream_body(std::move(stream), req.LogType == "Tail");
    ctx.response.chunked = true;
    return Answer(stream_of_version(version));
  }
  const api::InvocationRequest plain = {.FunctionName = req.FunctionName,
                                        .InvocationType = req.InvocationType,
                                        .LogType = req.LogType,
                                        .ClientContext = req.ClientContext,
                                        .Payload = req.Payload,
                                        .Qualifier = req.Qualifier};
  CUMULITE_ASSIGN(auto result, invoke_waiting(ctx, plain, true));
  if (auto* wait = std::get_if<Wait>(&result)) return Answer(std::move(*wait));
  const auto& answer = std::get<api::InvocationResponse>(result);
  auto& body = ctx.response.body;
  if (answer.Payload && !answer.FunctionError)
    append_event("PayloadChunk", "application/octet-stream", *answer.Payload, body);
  append_event("InvokeComplete", "application/json", completion_json(end_of_answer(answer)), body);
  return Answer(stream_of_version(answer.ExecutedVersion));
}

}  // namespace cumulite::lambda
