#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/events/payloads.h"

namespace cumulite::functions {

/// What travels to the outbox target "function": a FunctionDelivery, and what only Lambda's own
/// Invoke knows of it.
struct AsyncEvent {
  FunctionDelivery delivery;
  std::string request_id = {};  ///< The same at every try; empty: the sender gave none.
  std::string client_context = {};
  std::string trace_header = {};
  std::int64_t created_ms = 0;  ///< Virtual; 0: not said.
};

std::string encode(const AsyncEvent& event);
Result<AsyncEvent> decode_async_event(std::string_view payload);

}  // namespace cumulite::functions
