#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/functions/runtime/child.h"

namespace cumulite::functions {

/// One event, with what its headers say.
struct RuntimeEvent {
  std::string request_id = {};
  std::string invoked_arn = {};
  std::string client_context = {};
  std::string trace_header = {};
  std::int64_t deadline_ms = 0;
  std::string payload = {};
};

/// The Runtime API from the side of a process that serves it: one connection, blocking calls. Every
/// call is false, or nothing, when the daemon has gone or a signal asks for the end.
class RuntimeClient {
 public:
  /// `address` as AWS_LAMBDA_RUNTIME_API has it: "127.54.3.200:40961".
  explicit RuntimeClient(std::string address);

  std::optional<RuntimeEvent> next();
  bool respond(std::string_view request_id, std::string_view json);
  /// `json` is the error's document.
  bool fail(std::string_view request_id, std::string_view type, std::string_view json);
  bool fail_init(std::string_view type, std::string_view json);

 private:
  bool connect();
  bool post(std::string_view path, std::string_view type, std::string_view body);
  bool send(std::string_view bytes);
  /// Reads one answer: its head, and its body behind it.
  bool receive(std::string& head, std::string& body);

  std::string address_;
  Descriptor socket_;
  std::string input_;  ///< Received, not yet taken.
};

}  // namespace cumulite::functions
