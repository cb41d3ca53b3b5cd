#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cumulite::functions {

/// A response on its way from a function that streams it to the client that waits for it. The
/// function's thread writes, the client's session reads; at most kStreamBufferBytes lie between,
/// so that a function is no faster than its client. Thread-safe.
class ResponseStream {
 public:
  static constexpr std::size_t kStreamBufferBytes = 1024 * 1024;
  /// Content type of a response whose body begins with the status and headers of an HTTP answer:
  /// their JSON, then eight zero bytes.
  static constexpr std::string_view kHttpIntegration =
      "application/vnd.awslambda.http-integration-response";

  /// How the invocation ended.
  struct End {
    std::string error_type = {};  ///< Empty: it succeeded.
    std::string error = {};       ///< The error's JSON.
    std::string log = {};
  };

  /// Of an invocation of that version. `on_answerable` runs once, when `is_answerable` becomes
  /// true; it is cheap and only posts.
  ResponseStream(std::string executed_version, std::function<void()> on_answerable)
      : executed_version_(std::move(executed_version)), on_answerable_(std::move(on_answerable)) {}

  // --- the function's side

  /// The head of the response. What comes later of the kind is ignored.
  void begin(std::string content_type);
  /// Blocks while the client is behind, until the deadline (microseconds of the steady clock):
  /// false then. What nobody reads any more is dropped.
  bool write(std::string_view piece, std::int64_t deadline_us);
  void end(End end);

  // --- the client's side

  const std::string& executed_version() const { return executed_version_; }

  /// The answer can begin: there is a head, and the whole prelude of an HTTP integration.
  bool is_answerable() const;
  std::string content_type() const;
  /// The JSON before the body of an HTTP integration, once; empty if there is none.
  std::string take_prelude();
  /// There is something to read, or it has ended; else `wake` (if any) is called when that is so.
  bool is_ready(std::function<void()> wake);
  /// Up to `size` bytes; 0: it has ended, or nothing is ready.
  std::size_t read(char* data, std::size_t size);
  /// How it ended, when all has been read.
  std::optional<End> ended() const;
  /// Nobody reads any more.
  void abandon();

 private:
  bool has_prelude() const { return content_type_ == kHttpIntegration; }

  /// Tells those who wait; called without the lock.
  void notify();

  const std::string executed_version_;
  mutable std::mutex mutex_;
  std::condition_variable has_room_;
  std::function<void()> on_answerable_;  // mutex_; empty once called.
  std::function<void()> wake_;           // mutex_.
  std::string content_type_;             // mutex_.
  std::string buffer_;                   // mutex_.
  std::optional<End> end_;               // mutex_.
  bool has_begun_ = false;               // mutex_.
  bool is_abandoned_ = false;            // mutex_.
};

}  // namespace cumulite::functions
