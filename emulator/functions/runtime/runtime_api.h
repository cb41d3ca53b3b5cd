#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/functions/runtime/child.h"

/// The Runtime API of one process, as Lambda's runtimes speak it:
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
namespace cumulite::functions {

/// What the process said.
struct RuntimeCall {
  enum class Kind : std::uint8_t {
    kNext,       ///< Wants an event; the answer is `RuntimeApi::send_event`.
    kPiece,      ///< `body` is the next part of a streamed result; the first may be empty.
    kResponse,   ///< `body` is the result of the invocation; of a streamed one, nothing is left.
    kError,      ///< The invocation failed: `body` is the error's JSON.
    kInitError,  ///< It could not start: `body` is the error's JSON.
  };

  Kind kind = Kind::kNext;
  std::string request_id = {};  ///< Of kResponse and kError.
  std::string body = {};
  std::string error_type = {};  ///< Lambda-Runtime-Function-Error-Type, a header or a trailer.
  std::string content_type = {};
  bool is_streaming = false;  ///< The response came by the streaming mode.
};

/// Bounds of what a process may answer.
struct ResponseLimits {
  std::size_t body_bytes_max;
  std::size_t stream_bytes_max;  ///< Of a streamed response.
};

/// A listener of its own on a random loopback address and port: nobody but the process is told
/// where it is. Not thread-safe: whoever has the process drives it.
class RuntimeApi {
 public:
  /// Throws std::runtime_error when there is no socket left.
  RuntimeApi();
  ~RuntimeApi();
  RuntimeApi(const RuntimeApi&) = delete;
  RuntimeApi& operator=(const RuntimeApi&) = delete;

  /// "127.54.3.200:40961", for AWS_LAMBDA_RUNTIME_API.
  const std::string& address() const { return address_; }

  /// Descriptors to poll: the listener, and every connection.
  std::vector<int> readable() const;
  /// Takes what came in without blocking: complete calls, and pieces of streamed responses, in
  /// order. Responses beyond the limits are answered 413 and come as kError.
  std::vector<RuntimeCall> receive(const ResponseLimits& limits);

  /// The process has asked for an event and did not get one yet.
  bool is_waiting() const { return waiting_ != nullptr; }

  /// Answers the waiting call. Blocks until the process has read it, at most `timeout_ms`; false if
  /// it did not.
  bool send_event(const std::vector<std::pair<std::string, std::string>>& headers,
                  std::string_view event, std::int64_t timeout_ms);

 private:
  struct Connection;

  void accept_all();
  bool read_from(Connection& connection);
  void take_calls(Connection& connection, const ResponseLimits& limits,
                  std::vector<RuntimeCall>& calls);

  std::string address_;
  Descriptor listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Connection* waiting_ = nullptr;  ///< One of connections_.
};

}  // namespace cumulite::functions
