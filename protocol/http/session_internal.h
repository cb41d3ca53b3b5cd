#pragma once

#include <memory>
#include <string>

#include "protocol/http/chunked_decoder.h"
#include "protocol/http/connection_internal.h"
#include "protocol/http/head_parser.h"
#include "protocol/http/read_buffer.h"
#include "protocol/http/response_head.h"

namespace cumulite::http {

class PacedBody;

/// Bodies up to this size reach the Exchange as one piece.
constexpr std::size_t kSmallBodyBytes = 64 * 1024;
/// Larger bodies are read, and streams written, in pieces of this size.
constexpr std::size_t kPieceBytes = 256 * 1024;

/// One connection: reads heads, serves their Exchanges, writes answers, in order.
///
/// The usual request (head and small body already read, an answer at once that the socket takes
/// whole) is served by plain functions; each coroutine below takes over where those had to stop.
/// Lives on its worker's thread; only Exchange::respond and BodySource::read may run on the pool.
class Session {
 public:
  Session(Worker& worker, Socket socket, std::string remote_address);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves the connection until it ends.
  static Awaitable<void> run(std::unique_ptr<Session> self);

  /// From the worker: time-outs, and clients that went away while parked.
  void sweep();
  /// From the worker: the server stops.
  void begin_stop();

  void set_index(std::size_t index) { index_ = index; }

 private:
  struct Parking;
  /// Hands on a function that ends the wait; what it returns keeps that registered.
  using WakeAsker = std::function<std::unique_ptr<Subscription>(std::function<void()> wake)>;
  enum class Phase { kIdle, kHead, kBusy };
  enum class HeadStep { kReady, kNeedMore, kRefused };
  /// What is next for the current request.
  enum class Stage { kReadBody, kRespond, kWrite, kFinishWrite, kDone, kGone };

  // session.cc: the loop and the quick way.
  Awaitable<void> serve_connection();
  Awaitable<void> serve();
  HeadStep take_head();
  void begin_request();
  bool serve_inline();
  void write_inline();
  void finish_request();

  bool gone() const { return stage_ == Stage::kGone; }

  /// Answers what is no acceptable HTTP; the connection ends with it.
  void refuse(int status, std::string_view reason);
  /// Answers 500 after an exception, which is logged.
  void fail(const char* where, const char* what);
  /// Runs `respond`; a Parked is left in `parked_`. Never throws. Also on the pool.
  void call_respond(bool final_try);
  void call_factory();

  // session_body.cc
  Awaitable<void> read_body();
  Awaitable<void> read_small_body();
  Awaitable<void> read_large_body();
  Awaitable<void> read_chunked_body();
  Awaitable<void> drain_body();

  bool has_body() const { return head_.request.chunked || head_.request.content_length > 0; }

  /// The client waits for "100 Continue" though no byte follows. botocore up to 1.42 gets the word
  /// or takes the next answer of the connection for a malformed one, and waits for a minute.
  bool waits_for_nothing() const {
    return head_.expect_continue && head_.request.has_content_length && !has_body();
  }

  /// Gives a piece to the Exchange. False: the body is wanted no further, `stage_` says what is
  /// next.
  bool deliver(std::string_view piece);
  /// Decodes and delivers what is in `input`. True: read on.
  bool deliver_chunked(std::string_view& input);
  void body_failed();

  // session_respond.cc
  Awaitable<void> answer();
  Awaitable<void> respond_on_pool(bool final_try);
  Awaitable<void> park();
  /// Until what `ask` was given is called, the client leaves, the server stops, or the time comes.
  Awaitable<void> wait_for_wake(WakeAsker ask, std::chrono::steady_clock::time_point until);
  Awaitable<void> write_response();
  Awaitable<void> write_stream();
  Awaitable<std::size_t> read_piece(char* data, std::size_t size);
  Awaitable<void> wait_until_readable(PacedBody& body);
  void render();

  Worker& worker_;
  Connection connection_;
  const std::string remote_address_;
  std::size_t index_ = 0;
  bool registered_ = false;

  ReadBuffer buffer_;
  std::size_t head_scanned_ = 0;  ///< Bytes of an incomplete head already searched for its end.
  std::string pushback_;          ///< Bytes read beyond a chunked body.
  Phase phase_ = Phase::kIdle;

  Head head_;
  Stage stage_ = Stage::kDone;
  std::unique_ptr<Exchange> exchange_;  ///< Declared before the answer: a stream may use it.
  Response response_;
  std::unique_ptr<Parked> parked_;
  std::shared_ptr<Parking> parking_;
  std::chrono::steady_clock::time_point park_until_;
  std::uint64_t body_left_ = 0;  ///< Of a body with Content-Length.
  std::uint64_t body_size_ = 0;  ///< Of a chunked body so far.
  ChunkedDecoder decoder_;
  bool body_unread_ = false;  ///< The rest of the body is still to come, and nobody wants it.
  bool keep_alive_ = true;
  bool linger_ = false;  ///< Drop what still comes before closing.
  ResponsePlan plan_;
  std::string out_;          ///< The rendered response head, reused.
  std::size_t written_ = 0;  ///< Of head and body, by write_inline.
  bool stream_failed_ = false;
};

}  // namespace cumulite::http
