#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cumulite::http {

/// Decodes a body in chunked transfer coding (RFC 9112 7.1), fed in pieces cut anywhere.
/// Chunk extensions and trailers are checked for length; extensions are skipped, trailers kept for
/// those that read them (aws-chunked trailers travel inside the body, and are no such).
class ChunkedDecoder {
 public:
  enum class Step {
    kNeedMore,   ///< The input is used up.
    kPiece,      ///< `piece` is set; call again.
    kDone,       ///< The body ended; what is left of the input is behind it.
    kMalformed,  ///< Not chunked coding, or an extension or trailer section beyond 16 KiB.
  };

  /// Takes what it decodes off the front of `input`. `piece` is a view into it.
  Step next(std::string_view& input, std::string_view& piece);

  bool done() const { return state_ == State::kDone; }

  /// The trailer section: lines, each ended by CR LF. Complete when done.
  const std::string& trailers() const { return trailers_; }

 private:
  enum class State {
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kTrailerLine,
    kTrailerLf,
    kEndLf,
    kDone
  };

  /// Handles one byte that is no data. False: malformed.
  bool take(char c);
  bool take_size(char c);

  State state_ = State::kSize;
  std::uint64_t left_ = 0;      ///< Of the chunk's size while it is read, then of its data.
  unsigned digits_ = 0;         ///< Hex digits of the size so far.
  std::uint64_t overhead_ = 0;  ///< Bytes of extensions and trailers so far, bounded.
  std::string trailers_;
};

}  // namespace cumulite::http
