#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/handlers.h"

/// Invocations that a client waits for: Invoke, InvokeWithResponseStream, function URLs.
namespace cumulite::lambda {

struct WaitingCall {
  functions::FoundFunction found;
  functions::InvocationRequest request;  ///< Without payload and stream.
  std::string payload;
  std::string topic;         ///< Notified when it has ended, or when a streamed answer begins.
  bool is_streamed = false;  ///< The answer may begin before the function has ended.
};

/// Runs it on a thread of its own, under the request's id: see functions::PendingCalls.
void start_call(Context& ctx, WaitingCall call);

/// Invoke; with `is_streamed`, what the function streams is found by PendingCalls::take_stream.
Result<WaitOr<api::InvocationResponse>> invoke_waiting(Context& ctx,
                                                       const api::InvocationRequest& req,
                                                       bool is_streamed);

/// The last 4 KB of a log, in Base64.
std::string log_tail(std::string_view log);

}  // namespace cumulite::lambda
