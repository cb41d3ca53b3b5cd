#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "protocol/http/request.h"
#include "protocol/http/response.h"

namespace cumulite::http {

/// Keeps a wake-up registered; destroying it cancels it. After the destructor returned, the
/// callback does not run any more.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

/// The answer is not there yet (a long poll). The session parks the connection and calls
/// `Exchange::respond` again on a wake or when `timeout_ms` of real time have passed.
struct Parked {
  /// Registers a callback that may run on any thread, also before `subscribe` returns when the
  /// awaited thing happened since the handler looked. It must be cheap: it only posts.
  std::function<std::unique_ptr<Subscription>(std::function<void()> wake)> subscribe;
  std::int64_t timeout_ms = 0;
};

/// One request being served; made by the server's factory when a head has been read.
/// The session calls, from one thread at a time: on_head, then on_body for each piece (only if
/// on_head accepted and there is a body), then respond (again after each Parked).
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Decides on the head alone. A response refuses: it is sent before the body is read
  /// (instead of "100 Continue"), and the rest of the body is drained within a bound or the
  /// connection closed.
  virtual std::optional<Response> on_head() = 0;

  /// A piece of the body, after chunked transfer decoding. Returning false stops reading: respond
  /// then has the refusal. A body of up to 64 KiB usually arrives as one piece.
  virtual bool on_body(std::string_view piece) = 0;

  /// Whether respond may block long (fsync, long scan): the session then runs it on the pool.
  virtual bool blocking() const { return false; }

  /// The answer; `final_try` after the Parked time ran out: it must not park again.
  virtual std::variant<Response, Parked> respond(bool final_try) = 0;
};

/// Makes the Exchange of a request. `request` stays valid until the Exchange is destroyed.
using ExchangeFactory = std::function<std::unique_ptr<Exchange>(const Request& request)>;

/// Renders the answer to bytes that are no HTTP request (malformed head, head too large...), in the
/// format that the client is likely to read. `status` is 400, 408, 411, 413, 414, 431 or 501; or
/// 500 for an exception of an Exchange, whose head was fine.
using MalformedHandler = std::function<Response(int status, std::string_view reason)>;

}  // namespace cumulite::http
