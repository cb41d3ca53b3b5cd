#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace cumulite::http {

/// Bytes read and not yet used, in one reused block. `make_room` is the only call that may move
/// them: the session makes it between requests or while a head is incomplete, so that the views of
/// a Request stay valid while it is served.
class ReadBuffer {
 public:
  static constexpr std::size_t kInitialBytes = 16 * 1024;

  std::string_view data() const { return {block_.get() + begin_, end_ - begin_}; }

  std::size_t size() const { return end_ - begin_; }

  bool empty() const { return begin_ == end_; }

  /// Free bytes behind the data; reading into them moves nothing.
  char* tail() { return block_.get() + end_; }

  std::size_t tail_size() const { return capacity_ - end_; }

  void commit(std::size_t size) { end_ += size; }

  void consume(std::size_t size) { begin_ += size; }

  /// Guarantees free bytes at the tail by moving the data to the front or doubling the block.
  /// False: the data alone have reached `size_max`.
  bool make_room(std::size_t size_max);
  /// Puts `bytes`, read beyond a body, where the next head is looked for. Only between requests.
  void restore(std::string_view bytes);
  /// Between requests: gives an oversized block back and starts from the front when empty.
  void recycle();

 private:
  void reallocate(std::size_t capacity);

  std::unique_ptr<char[]> block_{new char[kInitialBytes]};
  std::size_t capacity_ = kInitialBytes;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace cumulite::http
