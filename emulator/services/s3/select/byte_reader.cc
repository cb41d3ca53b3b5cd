#include "emulator/services/s3/select/byte_reader.h"

#include <utility>

#include "emulator/services/s3/select/errors.h"

namespace cumulite::s3::select {

namespace {

constexpr std::size_t kInputBufferBytes = 64 * 1024;

}  // namespace

ByteReader::ByteReader(std::unique_ptr<http::BodySource> source, Compression compression,
                       std::uint64_t offset)
    : source_(std::move(source)),
      decompressor_(make_decompressor(compression)),
      raw_(kInputBufferBytes),
      start_(offset),
      first_(offset) {}

bool ByteReader::fill() {
  while (!ended_ && !failure_) {
    start_ += buffer_.size();
    buffer_.clear();
    at_ = 0;
    const std::size_t count = source_->read(raw_.data(), raw_.size());
    scanned_bytes_ += count;
    if (count == 0) {
      ended_ = true;
      if (decompressor_ && !decompressor_->complete()) {
        failure_ = refusal("TruncatedInput",
                           "Object decompression failed. Check that the object is properly "
                           "compressed using the format specified in the request.");
      }
      return false;
    }
    if (!decompressor_) {
      buffer_.assign(raw_.data(), count);
      return true;
    }
    if (!decompressor_->feed({raw_.data(), count}, buffer_)) {
      failure_ = refusal("InvalidCompressionFormat",
                         "The file is not in a supported compression format. Only GZIP and BZIP2 "
                         "are supported.");
      return false;
    }
    if (!buffer_.empty()) return true;
  }
  return false;
}

Result<void> ByteReader::failure() const {
  if (failure_) return *failure_;
  return {};
}

InputCounts ByteReader::counts() const {
  return {scanned_bytes_, start_ + at_ - first_};
}

}  // namespace cumulite::s3::select
