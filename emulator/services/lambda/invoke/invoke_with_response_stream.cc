#include <utility>

#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/invoke/event_stream.h"
#include "protocol/codec/json_document.h"

namespace cumulite::lambda {
namespace {

/// What ends the stream: how the function failed, if it did, and its log if that was asked for.
std::string completion_of(const api::InvocationResponse& answer) {
  nlohmann::ordered_json completion = nlohmann::ordered_json::object();
  if (answer.FunctionError) {
    const auto error = nlohmann::json::parse(answer.Payload.value_or("{}"), nullptr, false);
    completion["ErrorCode"] =
        error.is_object() ? error.value("errorType", *answer.FunctionError) : *answer.FunctionError;
    completion["ErrorDetails"] = answer.Payload.value_or("");
  }
  if (answer.LogResult) completion["LogResult"] = *answer.LogResult;
  return completion.dump();
}

}  // namespace

/// The function has ended when its answer begins: the stream is one chunk and the completion.
Result<WaitOr<api::InvokeWithResponseStreamResponse>> invoke_with_response_stream(
    Context& ctx, const api::InvokeWithResponseStreamRequest& req) {
  using Answer = WaitOr<api::InvokeWithResponseStreamResponse>;
  const api::InvocationRequest plain = {.FunctionName = req.FunctionName,
                                        .InvocationType = req.InvocationType,
                                        .LogType = req.LogType,
                                        .ClientContext = req.ClientContext,
                                        .Payload = req.Payload,
                                        .Qualifier = req.Qualifier};
  CUMULITE_ASSIGN(auto result, invoke(ctx, plain));
  if (auto* wait = std::get_if<Wait>(&result)) return Answer(std::move(*wait));
  const auto& answer = std::get<api::InvocationResponse>(result);
  auto& body = ctx.response.body;
  if (answer.Payload && !answer.FunctionError)
    append_event("PayloadChunk", "application/octet-stream", *answer.Payload, body);
  append_event("InvokeComplete", "application/json", completion_of(answer), body);
  api::InvokeWithResponseStreamResponse res;
  res.StatusCode = 200;
  res.ExecutedVersion = answer.ExecutedVersion;
  res.ResponseStreamContentType = "application/vnd.amazon.eventstream";
  return Answer(std::move(res));
}

}  // namespace cumulite::lambda
