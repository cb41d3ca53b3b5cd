// Input: one byte that chooses the form and the size of the pieces, then an encoded body.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/sigv4/chunked_body.h"
#include "protocol/sigv4/signing_key.h"

namespace cumulite::sigv4 {
namespace {

struct Outcome {
  std::string code;
  std::string data;
};

Outcome decode(std::string_view body, const ChunkedBodyOptions& options, std::size_t piece_size) {
  Outcome outcome;
  ChunkedBodyDecoder decoder(options, [&](std::string_view piece) { outcome.data += piece; });
  Result<void> result;
  for (std::size_t at = 0; at < body.size() && result.ok(); at += piece_size) {
    result = decoder.feed(body.substr(at, piece_size));
  }
  if (result.ok()) result = decoder.finish();
  if (!result.ok()) outcome.code = result.error().code;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  ChunkedBodyOptions options;
  options.encoding = static_cast<PayloadEncoding>(1 + choice % 3);
  options.decoded_size = choice / 3 % 4 == 0 ? 5 : 8197;
  if (options.encoding != PayloadEncoding::kSigned)
    options.trailer_names = {"x-amz-checksum-crc32"};
  if (choice >= 128) {
    options.signing = ChunkSigning{derive_signing_key("secret", "20130524", "us-east-1", "s3"), "k",
                                   "20130524T000000Z", "20130524/us-east-1/s3/aws4_request",
                                   std::string(64, '0')};
  }
  const Outcome whole = decode(body, options, body.size() + 1);
  const Outcome pieces = decode(body, options, 1 + choice % 7);
  if (whole.code != pieces.code) std::abort();
  if (whole.data.size() > options.decoded_size) std::abort();
  if (whole.code.empty() && whole.data.size() != options.decoded_size) std::abort();
  if (whole.code.empty() && whole.data != pieces.data) std::abort();
  return 0;
}

}  // namespace cumulite::sigv4
