#include "emulator/functions/async_event.h"

#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

// Beside the members of a FunctionDelivery, whose reader passes over them.
constexpr const char* kMember = "lambda";

}  // namespace

std::string encode(const AsyncEvent& event) {
  auto document = Json::parse(cumulite::encode(event.delivery));
  document[kMember] = {{"request_id", event.request_id},
                       {"client_context", event.client_context},
                       {"trace_header", event.trace_header},
                       {"created_ms", event.created_ms}};
  return document.dump();
}

Result<AsyncEvent> decode_async_event(std::string_view payload) {
  AsyncEvent event;
  CUMULITE_ASSIGN(event.delivery, decode_function_delivery(payload));
  const auto document = Json::parse(payload, nullptr, false);
  if (!document.is_object() || !document.contains(kMember)) return event;
  const auto& own = document[kMember];
  event.request_id = own.value("request_id", "");
  event.client_context = own.value("client_context", "");
  event.trace_header = own.value("trace_header", "");
  event.created_ms = own.value("created_ms", std::int64_t{0});
  return event;
}

}  // namespace cumulite::functions
