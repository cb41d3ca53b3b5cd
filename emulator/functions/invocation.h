#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cumulite::functions {

class ResponseStream;

/// How an invocation finds its function at its limit of concurrency.
enum class WhenBusy : std::uint8_t {
  kThrottle,  ///< Answered with kThrottled at once, as Lambda does to a client.
  kWait,      ///< Blocks until there is a place. With a reserved concurrency of 0 it is throttled.
};

/// One synchronous invocation.
struct InvocationRequest {
  /// Function ARN, with a version ("$LATEST", "3") or alias behind it if one is meant:
  /// "arn:aws:lambda:us-east-1:000000000000:function:name[:qualifier]".
  std::string arn;
  std::string_view payload;         ///< JSON; must outlive the call. Empty: "{}".
  std::int64_t now_ms = 0;          ///< Virtual; for logs.
  std::string request_id = {};      ///< Empty: a new one.
  std::string client_context = {};  ///< JSON; empty: none.
  std::string trace_header = {};    ///< X-Ray's; empty: a new one.
  WhenBusy when_busy = WhenBusy::kWait;
  /// Takes the response of a function that streams it, while it does; null: it is gathered.
  ResponseStream* stream = nullptr;
};

/// What an invocation came to.
struct InvocationResult {
  enum class Status : std::uint8_t {
    kDone,       ///< The function ran; `function_error` says whether it succeeded.
    kNotFound,   ///< There is no such function, version or alias.
    kThrottled,  ///< At its limit of concurrency; nothing ran.
    kNotReady,   ///< The function exists, and cannot run (its state or the daemon's).
  };

  Status status = Status::kDone;
  /// Empty: it succeeded. "Unhandled": error, time-out, crash. "Handled": what `http` functions
  /// report.
  std::string function_error = {};
  /// Result JSON, or the error's: {"errorMessage", "errorType", ...}; of a status other than kDone
  /// too.
  std::string payload = {};
  std::string content_type = {};      ///< Of the payload, as the runtime named it; may be empty.
  std::string log = {};               ///< START to REPORT, with what it wrote between.
  std::string executed_version = {};  ///< "$LATEST" or a number.
  std::string request_id = {};

  bool ok() const { return status == Status::kDone && function_error.empty(); }
};

/// What an event source needs of the functions. Thread-safe.
class FunctionInvoker {
 public:
  virtual ~FunctionInvoker() = default;

  /// Whether the ARN names a function, and its qualifier a version or alias of it.
  virtual bool has_function(std::string_view arn) const = 0;
  /// Blocks until the invocation has ended: up to the function's time-out, and the start of its
  /// process.
  virtual InvocationResult invoke_sync(const InvocationRequest& request) = 0;
};

}  // namespace cumulite::functions
