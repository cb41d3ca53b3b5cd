#include "protocol/http/read_buffer.h"

#include <algorithm>
#include <cstring>

namespace cumulite::http {

void ReadBuffer::reallocate(std::size_t capacity) {
  std::unique_ptr<char[]> block(new char[capacity]);
  std::memcpy(block.get(), block_.get() + begin_, size());
  end_ -= begin_;
  begin_ = 0;
  block_ = std::move(block);
  capacity_ = capacity;
}

bool ReadBuffer::make_room(std::size_t size_max) {
  if (size() >= size_max) return false;
  if (end_ < capacity_) return true;
  if (begin_ > 0) {
    std::memmove(block_.get(), block_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
    return true;
  }
  reallocate(std::min(capacity_ * 2, std::max(size_max, capacity_ + 1)));
  return true;
}

void ReadBuffer::restore(std::string_view bytes) {
  begin_ = end_ = 0;
  if (bytes.size() > capacity_) reallocate(bytes.size());
  std::memcpy(block_.get(), bytes.data(), bytes.size());
  end_ = bytes.size();
}

void ReadBuffer::recycle() {
  if (!empty()) return;
  begin_ = end_ = 0;
  if (capacity_ > kInitialBytes) reallocate(kInitialBytes);
}

}  // namespace cumulite::http
