#include "emulator/services/lambda/invoke/waiting_call.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "emulator/functions/response_stream.h"
#include "emulator/services/lambda/service.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"

namespace cumulite::lambda {
namespace {

constexpr std::size_t kLogTailBytes = 4 * 1024;

functions::ResponseStream::End end_of(const functions::InvocationResult& result) {
  functions::ResponseStream::End end;
  end.log = result.log;
  if (result.ok()) return end;
  const auto error = nlohmann::json::parse(result.payload, nullptr, false);
  end.error_type = error.is_object() ? error.value("errorType", "Unhandled") : "Unhandled";
  end.error = result.payload;
  return end;
}

}  // namespace

void start_call(Context& ctx, WaitingCall call) {
  auto& functions = functions_of(ctx);
  auto wake = [&hub = ctx.env.wake, topic = call.topic] { hub.notify(topic); };
  std::shared_ptr<functions::ResponseStream> stream;
  if (call.is_streamed)
    stream = std::make_shared<functions::ResponseStream>(call.found.version, wake);
  functions.pending_calls().start(
      std::string(ctx.request_id),
      [&functions, call = std::move(call), stream]() mutable {
        call.request.payload = call.payload;
        call.request.stream = stream.get();
        auto result = functions.invoke_found(call.found, call.request);
        if (stream) stream->end(end_of(result));
        return result;
      },
      wake, stream);
}

std::string log_tail(std::string_view log) {
  log.remove_prefix(log.size() - std::min(log.size(), kLogTailBytes));
  return codec::base64_encode(log);
}

}  // namespace cumulite::lambda
