#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/http/response.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

enum class Compression : std::uint8_t { kNone, kGzip, kBzip2 };

/// What was read so far: the Stats of the answer.
struct InputCounts {
  std::uint64_t scanned_bytes = 0;    ///< Of the object.
  std::uint64_t processed_bytes = 0;  ///< After decompression.
};

/// Takes compressed bytes and gives plain ones. Several streams after each other are one.
class Decompressor {
 public:
  virtual ~Decompressor() = default;
  /// Appends what `compressed` yields to `out`; false: it is malformed.
  virtual bool feed(std::string_view compressed, std::string& out) = 0;
  /// Whether the end of what was fed is the end of a stream.
  virtual bool complete() const = 0;
};

/// Null for kNone.
std::unique_ptr<Decompressor> make_decompressor(Compression compression);

/// The plain bytes of an object one by one, in constant memory.
class ByteReader {
 public:
  static constexpr int kEnd = -1;

  /// `offset` is that of the source's first byte in the object.
  ByteReader(std::unique_ptr<http::BodySource> source, Compression compression,
             std::uint64_t offset = 0);

  /// The next byte, or kEnd: of the input, or at a failure (see `failure`).
  int peek() {
    return at_ < buffer_.size() || fill() ? static_cast<unsigned char>(buffer_[at_]) : kEnd;
  }

  int get() {
    const int byte = peek();
    if (byte != kEnd) ++at_;
    return byte;
  }

  /// Offset of the next byte in the plain bytes.
  std::uint64_t offset() const { return start_ + at_; }

  /// What ended the input early: InvalidCompressionFormat, TruncatedInput.
  Result<void> failure() const;

  InputCounts counts() const;

 private:
  bool fill();

  std::unique_ptr<http::BodySource> source_;
  std::unique_ptr<Decompressor> decompressor_;
  std::vector<char> raw_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t start_;  ///< Offset of the buffer's first byte.
  std::uint64_t first_;
  std::uint64_t scanned_bytes_ = 0;
  std::optional<Error> failure_;
  bool ended_ = false;
};

}  // namespace cumulite::s3::select
