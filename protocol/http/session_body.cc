#include <algorithm>

#include "protocol/http/session_internal.h"

namespace cumulite::http {

namespace {

constexpr char kContinue[] = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Awaitable<void> Session::read_body() {
  const bool empty = !head_.request.chunked && body_left_ == 0;
  const bool buffered = !head_.request.chunked && !empty && buffer_.size() >= body_left_;
  if (head_.expect_continue && !buffered) {
    const Buffers text{asio::buffer(kContinue, sizeof kContinue - 1)};
    co_await connection_.write_all(text);
  }
  if (empty) {
    stage_ = Stage::kRespond;
    co_return;
  }
  connection_.set_deadline(worker_.shared().options.body_timeout_ms);
  if (head_.request.chunked) {
    co_await read_chunked_body();
  } else if (body_left_ <= kSmallBodyBytes) {
    co_await read_small_body();
  } else {
    co_await read_large_body();
  }
  connection_.clear_deadline();
  if (connection_.failed()) body_failed();
}

void Session::body_failed() {
  if (!connection_.expired()) {
    stage_ = Stage::kGone;
    return;
  }
  connection_.clear_error();
  refuse(408, "the request body did not arrive in time");
  if (const auto& stalled = worker_.shared().options.stalled) {
    try {
      response_ = stalled(head_.request);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "cumulite: rendering a refusal failed: %s\n", e.what());
    }
  }
}

bool Session::deliver(std::string_view piece) {
  bool wanted = false;
  try {
    wanted = exchange_->on_body(piece);
  } catch (const std::exception& e) {
    fail("on_body", e.what());
  }
  if (wanted) return true;
  if (stage_ == Stage::kReadBody) stage_ = Stage::kRespond;
  body_unread_ = body_left_ > 0 || head_.request.chunked;
  if (body_unread_) keep_alive_ = false;
  return false;
}

Awaitable<void> Session::read_small_body() {
  const std::size_t size = static_cast<std::size_t>(body_left_);
  std::size_t have = std::min(size, buffer_.size());
  std::unique_ptr<char[]> own;
  char* body = buffer_.tail() - buffer_.size();
  if (size - have >
      buffer_.tail_size()) {  // The head stays where it is, so the body gets a block of its own.
    own.reset(new char[size]);
    std::copy_n(body, have, own.get());
    buffer_.consume(have);
    body = own.get();
  }
  while (have < size) {
    const std::size_t got = co_await connection_.read_some(body + have, size - have);
    if (connection_.failed()) co_return;
    connection_.set_deadline(worker_.shared().options.body_timeout_ms);
    if (!own) buffer_.commit(got);
    have += got;
  }
  if (!own) buffer_.consume(size);
  body_left_ = 0;
  if (deliver({body, size})) stage_ = Stage::kRespond;
}

Awaitable<void> Session::read_large_body() {
  if (!buffer_.empty()) {
    const std::size_t size =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), body_left_));
    const std::string_view piece = buffer_.data().substr(0, size);
    buffer_.consume(size);
    body_left_ -= size;
    if (!deliver(piece)) co_return;
  }
  std::unique_ptr<char[]> block(new char[kPieceBytes]);
  while (body_left_ > 0) {
    const std::size_t size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, body_left_));
    const std::size_t got = co_await connection_.read_some(block.get(), size);
    if (connection_.failed()) co_return;
    connection_.set_deadline(worker_.shared().options.body_timeout_ms);
    body_left_ -= got;
    if (!deliver({block.get(), got})) co_return;
  }
  stage_ = Stage::kRespond;
}

bool Session::deliver_chunked(std::string_view& input) {
  for (;;) {
    std::string_view piece;
    switch (decoder_.next(input, piece)) {
      case ChunkedDecoder::Step::kNeedMore:
        return true;
      case ChunkedDecoder::Step::kPiece:
        body_size_ += piece.size();
        if (body_size_ > worker_.shared().options.body_bytes_max) {
          refuse(413, "the request body is too large");
          return false;
        }
        if (!deliver(piece)) return false;
        break;
      case ChunkedDecoder::Step::kDone:
        stage_ = Stage::kRespond;
        return false;
      case ChunkedDecoder::Step::kMalformed:
        refuse(400, "malformed chunked body");
        return false;
    }
  }
}

Awaitable<void> Session::read_chunked_body() {
  std::string_view buffered = buffer_.data();
  const std::size_t size = buffered.size();
  const bool more = deliver_chunked(buffered);
  buffer_.consume(size - buffered.size());
  if (!more) co_return;
  std::unique_ptr<char[]> block(new char[kPieceBytes]);
  for (;;) {
    const std::size_t got = co_await connection_.read_some(block.get(), kPieceBytes);
    if (connection_.failed()) co_return;
    connection_.set_deadline(worker_.shared().options.body_timeout_ms);
    std::string_view input(block.get(), got);
    if (deliver_chunked(input)) continue;
    pushback_.assign(input);
    co_return;
  }
}

Awaitable<void> Session::drain_body() {
  if (!keep_alive_) {
    linger_ = true;
    co_return;
  }
  const std::size_t buffered =
      static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), body_left_));
  buffer_.consume(buffered);
  body_left_ -= buffered;
  if (body_left_ == 0) co_return;
  std::unique_ptr<char[]> waste(new char[kSmallBodyBytes]);
  connection_.set_deadline(worker_.shared().options.body_timeout_ms);  // One for the whole rest.
  while (body_left_ > 0 && !connection_.failed()) {
    const std::size_t size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kSmallBodyBytes, body_left_));
    const std::size_t got = co_await connection_.read_some(waste.get(), size);
    body_left_ -= got;
  }
  connection_.clear_deadline();
}

}  // namespace cumulite::http
