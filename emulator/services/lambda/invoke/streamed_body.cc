#include "emulator/services/lambda/invoke/streamed_body.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "emulator/services/lambda/invoke/event_stream.h"
#include "emulator/services/lambda/invoke/waiting_call.h"
#include "protocol/codec/json_document.h"

namespace cumulite::lambda {
namespace {

using functions::ResponseStream;

constexpr std::size_t kChunkBytes = 64 * 1024;

class StreamedBody : public http::PacedBody {
 public:
  explicit StreamedBody(std::shared_ptr<ResponseStream> stream) : stream_(std::move(stream)) {}

  /// The client has gone, or has it all: the function is not to wait for it.
  ~StreamedBody() override { stream_->abandon(); }

  bool is_ready(std::function<void()> wake) override { return stream_->is_ready(std::move(wake)); }

 protected:
  ResponseStream& stream() { return *stream_; }

 private:
  std::shared_ptr<ResponseStream> stream_;
};

class PlainBody final : public StreamedBody {
 public:
  using StreamedBody::StreamedBody;

  std::size_t read(char* data, std::size_t size) override {
    const auto count = stream().read(data, size);
    if (count > 0) return count;
    const auto end = stream().ended();
    if (end && !end->error_type.empty())
      throw std::runtime_error("a function failed while it streamed: " + end->error_type);
    return 0;
  }
};

class EventStreamBody final : public StreamedBody {
 public:
  EventStreamBody(std::shared_ptr<ResponseStream> stream, bool with_log)
      : StreamedBody(std::move(stream)), with_log_(with_log) {}

  bool is_ready(std::function<void()> wake) override {
    return !framed_.empty() || is_complete_ || StreamedBody::is_ready(std::move(wake));
  }

  std::size_t read(char* data, std::size_t size) override {
    if (framed_.empty() && !is_complete_) frame_next();
    const auto count = std::min(size, framed_.size());
    std::memcpy(data, framed_.data(), count);
    framed_.erase(0, count);
    return count;
  }

 private:
  void frame_next() {
    std::string piece(kChunkBytes, '\0');
    piece.resize(stream().read(piece.data(), piece.size()));
    if (!piece.empty())
      return append_event("PayloadChunk", "application/octet-stream", piece, framed_);
    auto end = stream().ended().value_or(ResponseStream::End{});
    if (!with_log_) end.log.clear();
    append_event("InvokeComplete", "application/json", completion_json(end), framed_);
    is_complete_ = true;
  }

  bool with_log_;
  bool is_complete_ = false;
  std::string framed_;  ///< Made, not yet read.
};

}  // namespace

std::unique_ptr<http::BodySource> event_stream_body(std::shared_ptr<ResponseStream> stream,
                                                    bool with_log) {
  return std::make_unique<EventStreamBody>(std::move(stream), with_log);
}

std::unique_ptr<http::BodySource> plain_body(std::shared_ptr<ResponseStream> stream) {
  return std::make_unique<PlainBody>(std::move(stream));
}

std::string completion_json(const ResponseStream::End& end) {
  nlohmann::ordered_json completion = nlohmann::ordered_json::object();
  if (!end.error_type.empty()) {
    completion["ErrorCode"] = end.error_type;
    completion["ErrorDetails"] = end.error;
  }
  if (!end.log.empty()) completion["LogResult"] = log_tail(end.log);
  return completion.dump();
}

}  // namespace cumulite::lambda
