#include "protocol/http/chunked_decoder.h"

#include <algorithm>

#include "protocol/http/hex_digit.h"

namespace cumulite::http {

namespace {

constexpr std::uint64_t kOverheadBytesMax = 16 * 1024;
constexpr unsigned kSizeDigitsMax = 15;  // One less than what could overflow the 64-bit size.

bool is_text(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

}  // namespace

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view& input, std::string_view& piece) {
  while (state_ != State::kDone) {
    if (input.empty()) return Step::kNeedMore;
    if (state_ == State::kData) {
      const std::size_t size =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
      piece = input.substr(0, size);
      input.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) state_ = State::kDataCr;
      return Step::kPiece;
    }
    const char c = input.front();
    input.remove_prefix(1);
    if (!take(c)) return Step::kMalformed;
  }
  return Step::kDone;
}

bool ChunkedDecoder::take_size(char c) {
  if (const int digit = hex_digit(c); digit >= 0) {
    left_ = left_ * 16 + static_cast<unsigned>(digit);
    return ++digits_ <= kSizeDigitsMax;
  }
  if (digits_ == 0) return false;
  if (c == '\r') {
    state_ = State::kSizeLf;
    return true;
  }
  state_ = State::kExtension;
  return c == ';' || c == ' ' || c == '\t';
}

bool ChunkedDecoder::take(char c) {
  switch (state_) {
    case State::kSize:
      return take_size(c);
    case State::kExtension:
      if (c == '\r') state_ = State::kSizeLf;
      return c == '\r' || (is_text(c) && ++overhead_ <= kOverheadBytesMax);
    case State::kSizeLf:
      state_ = left_ == 0 ? State::kTrailer : State::kData;
      return c == '\n';
    case State::kDataCr:
      state_ = State::kDataLf;
      return c == '\r';
    case State::kDataLf:
      state_ = State::kSize;
      left_ = 0;
      digits_ = 0;
      return c == '\n';
    case State::kTrailer:  // The first byte of a trailer line, or the CR of the empty line.
      state_ = c == '\r' ? State::kEndLf : State::kTrailerLine;
      if (c != '\r') trailers_ += c;
      return c == '\r' || (is_text(c) && ++overhead_ <= kOverheadBytesMax);
    case State::kTrailerLine:
      trailers_ += c;
      if (c == '\r') state_ = State::kTrailerLf;
      return c == '\r' || (is_text(c) && ++overhead_ <= kOverheadBytesMax);
    case State::kTrailerLf:
      trailers_ += c;
      state_ = State::kTrailer;
      return c == '\n';
    case State::kEndLf:
      state_ = State::kDone;
      return c == '\n';
    case State::kData:
    case State::kDone:
      break;
  }
  return false;
}

}  // namespace cumulite::http
