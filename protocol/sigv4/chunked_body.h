#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/checksum/checksum.h"
#include "protocol/http/request.h"
#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"
#include "protocol/sigv4/sha256.h"

/// S3's `aws-chunked` encoding of bodies.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
namespace cumulite::sigv4 {

/// What x-amz-content-sha256 says of the body's form.
enum class PayloadEncoding {
  kPlain,            ///< No encoding: a hash, UNSIGNED-PAYLOAD, or no header.
  kSigned,           ///< STREAMING-AWS4-HMAC-SHA256-PAYLOAD
  kSignedTrailer,    ///< STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
  kUnsignedTrailer,  ///< STREAMING-UNSIGNED-PAYLOAD-TRAILER
};

/// Errors: `NotImplemented` for the ECDSA forms, `InvalidArgument` for unknown ones.
Result<PayloadEncoding> payload_encoding(const http::Request& request);

/// What the signatures of chunks and trailers continue from.
struct ChunkSigning {
  HmacSha256 key;
  std::string access_key_id;
  std::string amz_date;
  std::string scope;
  std::string seed_signature;
};

/// From a request that `verify` accepted.
ChunkSigning chunk_signing(const ParsedAuth& auth, const Credentials& credentials);

struct ChunkedBodyOptions {
  PayloadEncoding encoding = PayloadEncoding::kSigned;
  std::uint64_t decoded_size = 0;
  std::vector<std::string> trailer_names = {};  ///< Lower case, announced by x-amz-trailer.
  std::optional<ChunkSigning> signing = {};  ///< Absent: signatures are not checked, their form is.
  /// Present: it is told of a wrong signature, which is then not refused.
  std::function<void(const Error& error)> on_bad_signature = {};
};

/// Reads all but `signing` from the headers. The encoding must not be kPlain.
/// Errors: those of payload_encoding; `MissingContentLength` (411) without
/// x-amz-decoded-content-length, `InvalidArgument` when it is no number.
Result<ChunkedBodyOptions> chunked_body_options(const http::Request& request);

/// Decodes a body that is pushed into it in pieces of any size. Memory is bounded: data goes to the
/// sink at once, only a line of up to kLineBytesMax is kept.
///
/// Data reaches the sink before the signature of its chunk could be checked: the caller keeps
/// nothing of it unless `finish` succeeded. After an error the decoder refuses everything.
///
/// Errors: `IncompleteBody` (framing or length), `InvalidChunkSizeError` (403),
/// `MalformedTrailerError`, `SignatureDoesNotMatch` (403).
class ChunkedBodyDecoder {
 public:
  using Sink = std::function<void(std::string_view piece)>;
  using Trailers = std::vector<std::pair<std::string, std::string>>;

  static constexpr std::size_t kLineBytesMax = 4096;
  /// Every chunk but the last must have this size at least.
  static constexpr std::uint64_t kChunkBytesMin = 8192;

  ChunkedBodyDecoder(ChunkedBodyOptions options, Sink sink);

  Result<void> feed(std::string_view bytes);
  /// To be called at the end of the body.
  Result<void> finish();

  /// Names in lower case, in order, without the trailer signature; complete after finish.
  const Trailers& trailers() const { return trailers_; }

 private:
  enum class State { kSizeLine, kData, kDataEnd, kTrailer, kEndLine, kDone, kFailed };

  Result<void> step(std::string_view& bytes);
  Result<void> take_data(std::string_view& bytes);
  /// Moves bytes up to a line feed into line_; true when it is whole, without its end.
  Result<bool> take_line(std::string_view& bytes);
  Result<void> on_line();
  Result<void> on_size_line();
  Result<void> on_trailer_line();
  Result<void> begin_chunk(std::uint64_t size);
  Result<void> end_chunk();
  Result<void> check_trailer_signature(std::string_view given);
  Result<void> check_signature(const std::string& string_to_sign, std::string_view given);
  Result<void> check_trailer_names() const;

  bool is_signed() const { return options_.encoding != PayloadEncoding::kUnsignedTrailer; }

  ChunkedBodyOptions options_;
  Sink sink_;
  State state_ = State::kSizeLine;
  std::string line_;
  std::uint64_t chunk_number_ = 0;
  std::uint64_t chunk_size_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::uint64_t decoded_ = 0;
  std::string chunk_signature_;
  std::string previous_signature_;
  std::unique_ptr<checksum::Hasher> chunk_hash_;
  Trailers trailers_;
};

}  // namespace cumulite::sigv4
