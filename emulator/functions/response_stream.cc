#include "emulator/functions/response_stream.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace cumulite::functions {
namespace {

constexpr std::string_view kPreludeEnd("\0\0\0\0\0\0\0\0", 8);
// A longer one is none: the answer begins without it.
constexpr std::size_t kPreludeBytesMax = 64 * 1024;

}  // namespace

void ResponseStream::begin(std::string content_type) {
  {
    const std::lock_guard lock(mutex_);
    if (has_begun_) return;
    has_begun_ = true;
    content_type_ = std::move(content_type);
  }
  notify();
}

bool ResponseStream::write(std::string_view piece, std::int64_t deadline_us) {
  {
    const std::chrono::steady_clock::time_point deadline{std::chrono::microseconds(deadline_us)};
    std::unique_lock lock(mutex_);
    const bool has_room = has_room_.wait_until(
        lock, deadline, [&] { return is_abandoned_ || buffer_.size() < kStreamBufferBytes; });
    if (!has_room) return false;
    if (is_abandoned_) return true;
    buffer_ += piece;
  }
  notify();
  return true;
}

void ResponseStream::end(End end) {
  {
    const std::lock_guard lock(mutex_);
    end_ = std::move(end);
  }
  notify();
}

void ResponseStream::notify() {
  std::function<void()> wake;
  std::function<void()> on_answerable;
  const bool can_answer = is_answerable();
  {
    const std::lock_guard lock(mutex_);
    if (!buffer_.empty() || end_) wake = std::exchange(wake_, nullptr);
    if (can_answer) on_answerable = std::exchange(on_answerable_, nullptr);
  }
  if (wake) wake();
  if (on_answerable) on_answerable();
}

bool ResponseStream::is_answerable() const {
  const std::lock_guard lock(mutex_);
  if (!has_begun_) return false;
  return !has_prelude() || end_ || buffer_.size() > kPreludeBytesMax ||
         buffer_.find(kPreludeEnd) != std::string::npos;
}

std::string ResponseStream::content_type() const {
  const std::lock_guard lock(mutex_);
  return content_type_;
}

std::string ResponseStream::take_prelude() {
  const std::lock_guard lock(mutex_);
  const auto end = has_prelude() ? buffer_.find(kPreludeEnd) : std::string::npos;
  if (end == std::string::npos) return {};
  auto prelude = buffer_.substr(0, end);
  buffer_.erase(0, end + kPreludeEnd.size());
  return prelude;
}

bool ResponseStream::is_ready(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  if (!buffer_.empty() || end_) return true;
  if (wake) wake_ = std::move(wake);
  return false;
}

std::size_t ResponseStream::read(char* data, std::size_t size) {
  const std::lock_guard lock(mutex_);
  const auto count = std::min(size, buffer_.size());
  std::memcpy(data, buffer_.data(), count);
  buffer_.erase(0, count);
  has_room_.notify_all();
  return count;
}

std::optional<ResponseStream::End> ResponseStream::ended() const {
  const std::lock_guard lock(mutex_);
  return buffer_.empty() ? end_ : std::nullopt;
}

void ResponseStream::abandon() {
  const std::lock_guard lock(mutex_);
  is_abandoned_ = true;
  buffer_.clear();
  wake_ = nullptr;
  has_room_.notify_all();
}

}  // namespace cumulite::functions
