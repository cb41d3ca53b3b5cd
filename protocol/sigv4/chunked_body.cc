#include "protocol/sigv4/chunked_body.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "protocol/codec/text.h"
#include "protocol/sigv4/errors.h"
#include "protocol/sigv4/limits.h"
#include "protocol/sigv4/signing_key.h"
#include "protocol/sigv4/verifier.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::string_view kSignatureExtension = "chunk-signature=";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";
constexpr std::size_t kSignatureDigits = 64;

Error malformed_body() {
  return {"IncompleteBody", "The request body terminated unexpectedly", 400};
}

Error wrong_length(std::uint64_t expected, std::uint64_t provided) {
  return Error{
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header", 400}
      .with("NumberBytesExpected", fmt::to_string(expected))
      .with("NumberBytesProvided", fmt::to_string(provided));
}

Error small_chunk(std::uint64_t number, std::uint64_t size) {
  return Error{"InvalidChunkSizeError",
               "Only the last chunk is allowed to have a size less than 8192 bytes", 403}
      .with("Chunk", fmt::to_string(number))
      .with("BadChunkSize", fmt::to_string(size));
}

Error malformed_trailer() {
  return {"MalformedTrailerError",
          "The request contained trailing data that was not well-formed or did not conform to our "
          "published schema.",
          400};
}

/// A whole number without sign in `base`; nullopt for anything else.
std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool has_item(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (codec::trim(list.substr(0, comma)) == wanted) return true;
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return false;
}

/// Where nothing is signed, clients leave the header of the hash out: the coding tells.
bool is_encoded_without_hash(const http::Request& request) {
  return request.has_header("x-amz-decoded-content-length") &&
         has_item(request.header("content-encoding"), "aws-chunked");
}

}  // namespace

Result<PayloadEncoding> payload_encoding(const http::Request& request) {
  const std::string_view given = request.header("x-amz-content-sha256");
  if (given.empty() && is_encoded_without_hash(request)) return PayloadEncoding::kUnsignedTrailer;
  if (!given.starts_with("STREAMING-")) return PayloadEncoding::kPlain;
  if (given == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return PayloadEncoding::kSigned;
  if (given == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") return PayloadEncoding::kSignedTrailer;
  if (given == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return PayloadEncoding::kUnsignedTrailer;
  if (given.starts_with("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")) {
    return Error{"NotImplemented",
                 "A header you provided implies functionality that is not implemented", 501}
        .with("Header", "x-amz-content-sha256");
  }
  return invalid_argument(
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
      "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
      "or a valid sha256 value.",
      "x-amz-content-sha256", given);
}

ChunkSigning chunk_signing(const ParsedAuth& auth, const Credentials& credentials) {
  return {
      cached_signing_key(credentials.secret_access_key, auth.scope_date, auth.region, auth.service),
      std::string(auth.access_key_id), std::string(auth.amz_date), std::string(auth.scope),
      std::string(auth.signature)};
}

Result<ChunkedBodyOptions> chunked_body_options(const http::Request& request) {
  ChunkedBodyOptions options;
  CUMULITE_ASSIGN(options.encoding, payload_encoding(request));
  const std::string_view size = request.header("x-amz-decoded-content-length");
  if (size.empty()) {
    return Error{"MissingContentLength", "You must provide the Content-Length HTTP header.", 411};
  }
  const auto parsed = parse_number(size, 10);
  if (!parsed) {
    return invalid_argument("Invalid x-amz-decoded-content-length", "x-amz-decoded-content-length",
                            size);
  }
  options.decoded_size = *parsed;
  std::string_view names = request.header("x-amz-trailer");
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    const std::string_view name = codec::trim(names.substr(0, comma));
    if (!name.empty()) options.trailer_names.push_back(codec::lower(name));
    names = comma == std::string_view::npos ? std::string_view{} : names.substr(comma + 1);
  }
  return options;
}

ChunkedBodyDecoder::ChunkedBodyDecoder(ChunkedBodyOptions options, Sink sink)
    : options_(std::move(options)), sink_(std::move(sink)) {
  if (options_.signing.has_value()) previous_signature_ = options_.signing->seed_signature;
}

Result<void> ChunkedBodyDecoder::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    auto result = step(bytes);
    if (!result.ok()) {
      state_ = State::kFailed;
      return result;
    }
  }
  return {};
}

Result<void> ChunkedBodyDecoder::step(std::string_view& bytes) {
  if (state_ == State::kFailed || state_ == State::kDone) return malformed_body();
  if (state_ == State::kData) return take_data(bytes);
  CUMULITE_ASSIGN(const bool whole, take_line(bytes));
  if (!whole) return {};
  auto result = on_line();
  line_.clear();
  return result;
}

Result<void> ChunkedBodyDecoder::take_data(std::string_view& bytes) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), chunk_left_));
  const std::string_view piece = bytes.substr(0, size);
  bytes.remove_prefix(size);
  if (chunk_hash_ != nullptr) chunk_hash_->update(piece);
  sink_(piece);
  chunk_left_ -= size;
  decoded_ += size;
  if (chunk_left_ == 0) state_ = State::kDataEnd;
  return {};
}

Result<bool> ChunkedBodyDecoder::take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end);
  if (line_.size() + part.size() > kLineBytesMax) return malformed_body();
  line_ += part;
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  if (end == std::string_view::npos) return false;
  const bool has_return = line_.ends_with('\r');
  if (has_return) line_.pop_back();
  // The documentation ends a trailer by a bare line feed in its signed form; all else ends in both.
  if (!has_return && state_ != State::kTrailer) return malformed_body();
  return true;
}

Result<void> ChunkedBodyDecoder::on_line() {
  switch (state_) {
    case State::kSizeLine:
      return on_size_line();
    case State::kTrailer:
      return on_trailer_line();
    case State::kDataEnd:
      if (!line_.empty()) return malformed_body();
      return end_chunk();
    case State::kEndLine:
      if (!line_.empty()) return malformed_body();
      state_ = State::kDone;
      return {};
    default:
      return malformed_body();
  }
}

Result<void> ChunkedBodyDecoder::on_size_line() {
  const std::string_view line = line_;
  const std::size_t semicolon = line.find(';');
  const auto size = parse_number(line.substr(0, semicolon), 16);
  if (!size) return malformed_body();
  if (is_signed()) {
    if (semicolon == std::string_view::npos) return malformed_body();
    std::string_view extension = codec::trim(line.substr(semicolon + 1));
    if (!extension.starts_with(kSignatureExtension)) return malformed_body();
    extension.remove_prefix(kSignatureExtension.size());
    if (extension.size() != kSignatureDigits || !checksum::from_hex(extension)) {
      return malformed_body();
    }
    chunk_signature_ = extension;
  } else if (semicolon != std::string_view::npos) {
    return malformed_body();
  }
  return begin_chunk(*size);
}

Result<void> ChunkedBodyDecoder::begin_chunk(std::uint64_t size) {
  ++chunk_number_;
  // S3 notices a small chunk when another follows, and names the number of that one.
  if (size > 0 && chunk_number_ > 1 && chunk_size_ < kChunkBytesMin) {
    return small_chunk(chunk_number_, chunk_size_);
  }
  if (size > options_.decoded_size - decoded_) {
    return wrong_length(options_.decoded_size, decoded_ + size);
  }
  chunk_size_ = size;
  chunk_left_ = size;
  if (options_.signing.has_value() && is_signed()) {
    chunk_hash_ = checksum::make_hasher(checksum::Algorithm::kSha256);
  }
  if (size > 0) {
    state_ = State::kData;
    return {};
  }
  if (decoded_ != options_.decoded_size) return wrong_length(options_.decoded_size, decoded_);
  return end_chunk();
}

Result<void> ChunkedBodyDecoder::end_chunk() {
  if (chunk_hash_ != nullptr) {
    const ChunkSigning& signing = *options_.signing;
    const std::string text =
        fmt::format("AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{}\n{}\n{}", signing.amz_date, signing.scope,
                    previous_signature_, kEmptyHash, checksum::hex(chunk_hash_->finish()));
    chunk_hash_.reset();
    CUMULITE_TRY(check_signature(text, chunk_signature_));
  }
  if (chunk_size_ > 0) {
    state_ = State::kSizeLine;
  } else {
    state_ = options_.encoding == PayloadEncoding::kSigned ? State::kEndLine : State::kTrailer;
  }
  return {};
}

Result<void> ChunkedBodyDecoder::on_trailer_line() {
  const bool needs_signature = options_.encoding == PayloadEncoding::kSignedTrailer;
  if (line_.empty()) {
    // Before the trailer signature an empty line may part it from the trailers.
    if (needs_signature) return {};
    // Some clients (minio-go) end the trailers by one more empty line than others.
    state_ = State::kEndLine;
    return check_trailer_names();
  }
  const std::size_t colon = line_.find(':');
  if (colon == std::string::npos || colon == 0) return malformed_trailer();
  std::string name = codec::lower(codec::trim(std::string_view(line_).substr(0, colon)));
  const std::string_view value = codec::trim(std::string_view(line_).substr(colon + 1));
  if (name == kTrailerSignature && needs_signature) {
    CUMULITE_TRY(check_trailer_names());
    state_ = State::kEndLine;
    return check_trailer_signature(value);
  }
  if (trailers_.size() >= options_.trailer_names.size()) return malformed_trailer();
  trailers_.emplace_back(std::move(name), value);
  return {};
}

Result<void> ChunkedBodyDecoder::check_trailer_names() const {
  if (trailers_.size() != options_.trailer_names.size()) return malformed_trailer();
  for (const std::string& name : options_.trailer_names) {
    const auto has_name = [&](const auto& trailer) { return trailer.first == name; };
    if (std::none_of(trailers_.begin(), trailers_.end(), has_name)) return malformed_trailer();
  }
  return {};
}

Result<void> ChunkedBodyDecoder::check_trailer_signature(std::string_view given) {
  if (given.size() != kSignatureDigits || !checksum::from_hex(given)) return malformed_trailer();
  if (!options_.signing.has_value()) return {};
  std::string canonical;
  for (const auto& [name, value] : trailers_) canonical += fmt::format("{}:{}\n", name, value);
  std::string hash;
  append_hex(hash, sha256(canonical));
  const ChunkSigning& signing = *options_.signing;
  return check_signature(fmt::format("AWS4-HMAC-SHA256-TRAILER\n{}\n{}\n{}\n{}", signing.amz_date,
                                     signing.scope, previous_signature_, hash),
                         given);
}

Result<void> ChunkedBodyDecoder::check_signature(const std::string& string_to_sign,
                                                 std::string_view given) {
  std::string expected;
  append_hex(expected, options_.signing->key.sign(string_to_sign));
  if (!signatures_equal(expected, given)) {
    Error mismatch = signature_mismatch(
        ServiceFamily::kS3,
        {options_.signing->access_key_id, string_to_sign, given, std::string_view{}});
    if (!options_.on_bad_signature) return mismatch;
    options_.on_bad_signature(mismatch);
    // The client went on from its own signature: one wrong chunk is told of once.
    expected = given;
  }
  previous_signature_ = std::move(expected);
  return {};
}

Result<void> ChunkedBodyDecoder::finish() {
  // The documentation's example of a signed trailer ends with its signature, without a line end.
  if (state_ == State::kTrailer && line_.starts_with(kTrailerSignature)) CUMULITE_TRY(feed("\r\n"));
  // Others leave out the empty line that ends the body: all that was announced is there and
  // checked.
  const bool nothing_follows = state_ == State::kTrailer && options_.trailer_names.empty();
  if (line_.empty() && (state_ == State::kEndLine || nothing_follows)) state_ = State::kDone;
  if (state_ == State::kDone) return {};
  state_ = State::kFailed;
  return malformed_body();
}

}  // namespace cumulite::sigv4
