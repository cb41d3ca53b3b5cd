#include "protocol/sigv4/chunked_body.h"

#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/limits.h"
#include "protocol/sigv4/signing_key.h"
#include "protocol/sigv4/test_request.h"

namespace cumulite::sigv4 {
namespace {

constexpr std::string_view kChunksDate = "20130524T000000Z";
constexpr std::string_view kChunksScope = "20130524/us-east-1/s3/aws4_request";
constexpr std::string_view kChunksSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

ChunkSigning signing(std::string_view seed) {
  return {derive_signing_key(kChunksSecret, "20130524", "us-east-1", "s3"), "AKIAIOSFODNN7EXAMPLE",
          std::string(kChunksDate), std::string(kChunksScope), std::string(seed)};
}

struct Outcome {
  std::string code = "ok";
  Error error;
  std::string data;
  ChunkedBodyDecoder::Trailers trailers;
};

Outcome decode(std::string_view body, ChunkedBodyOptions options,
               std::size_t piece_size = 1 << 20) {
  Outcome outcome;
  ChunkedBodyDecoder decoder(std::move(options),
                             [&](std::string_view piece) { outcome.data += piece; });
  Result<void> result;
  for (std::size_t at = 0; at < body.size() && result.ok(); at += piece_size) {
    result = decoder.feed(body.substr(at, piece_size));
  }
  if (result.ok()) result = decoder.finish();
  if (!result.ok()) {
    outcome.error = result.error();
    outcome.code = outcome.error.code;
  }
  outcome.trailers = decoder.trailers();
  return outcome;
}

/// Encodes as a client does, with `signer` or unsigned.
class Encoder {
 public:
  explicit Encoder(const ChunkSigning& signer)
      : signer_(signer), previous_(signer.seed_signature) {}

  void add_chunk(std::string_view data) {
    const std::string hash = checksum::hex(checksum::digest(checksum::Algorithm::kSha256, data));
    previous_ = sign("AWS4-HMAC-SHA256-PAYLOAD", std::string(kEmptyHash) + "\n" + hash);
    char size[32];
    std::snprintf(size, sizeof size, "%zx", data.size());
    body += std::string(size) + ";chunk-signature=" + previous_ + "\r\n" + std::string(data);
    if (!data.empty()) body += "\r\n";
  }

  void add_trailer(std::string_view line) {
    const std::string hash =
        checksum::hex(checksum::digest(checksum::Algorithm::kSha256, std::string(line) + "\n"));
    previous_ = sign("AWS4-HMAC-SHA256-TRAILER", hash);
    body += std::string(line) + "\r\nx-amz-trailer-signature:" + previous_ + "\r\n\r\n";
  }

  std::string body;

 private:
  std::string sign(std::string_view kind, const std::string& hashes) {
    const std::string text = std::string(kind) + "\n" + signer_.amz_date + "\n" + signer_.scope +
                             "\n" + previous_ + "\n" + hashes;
    std::string out;
    append_hex(out, signer_.key.sign(text));
    return out;
  }

  ChunkSigning signer_;
  std::string previous_;
};

std::string sample(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + (i >> 8));
  return bytes;
}

// The example of the page on sigv4-streaming: 65 KiB of 'a' in chunks of 64 KiB and 1 KiB.
TEST(ChunkedBody, AcceptsTheExampleOfTheDocumentation) {
  const std::string big(65536, 'a');
  const std::string small(1024, 'a');
  const std::string body =
      "10000;chunk-signature="
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
      big +
      "\r\n400;chunk-signature="
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
      small +
      "\r\n0;chunk-signature="
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
  ChunkedBodyOptions options;
  options.decoded_size = 66560;
  options.signing = signing("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
  const Outcome outcome = decode(body, options);
  EXPECT_EQ(outcome.code, "ok");
  EXPECT_EQ(outcome.data, big + small);
}

// The example of the page on sigv4-streaming-trailers, whose trailer ends in a bare line feed.
TEST(ChunkedBody, AcceptsTheTrailerExampleOfTheDocumentation) {
  const std::string big(65536, 'a');
  const std::string small(1024, 'a');
  const std::string body =
      "10000;chunk-signature="
      "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
      big +
      "\r\n400;chunk-signature="
      "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
      small +
      "\r\n0;chunk-signature="
      "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
      "x-amz-checksum-crc32c:sOO8/Q==\n\r\n"
      "x-amz-trailer-signature:"
      "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
  ChunkedBodyOptions options;
  options.encoding = PayloadEncoding::kSignedTrailer;
  options.decoded_size = 66560;
  options.trailer_names = {"x-amz-checksum-crc32c"};
  options.signing = signing("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  const Outcome outcome = decode(body, options, 1000);
  EXPECT_EQ(outcome.code, "ok") << outcome.error.message;
  EXPECT_EQ(outcome.data.size(), 66560U);
  EXPECT_EQ(outcome.trailers,
            (ChunkedBodyDecoder::Trailers{{"x-amz-checksum-crc32c", "sOO8/Q=="}}));
}

struct Encoded {
  std::string body;
  std::string data;
  ChunkedBodyOptions options;
};

Encoded nine_chunks() {
  Encoded encoded;
  encoded.data = sample(8 * 8192 + 100);
  encoded.options.encoding = PayloadEncoding::kSignedTrailer;
  encoded.options.decoded_size = encoded.data.size();
  encoded.options.trailer_names = {"x-amz-checksum-crc32"};
  encoded.options.signing = signing(std::string(64, 'a'));
  Encoder encoder(*encoded.options.signing);
  for (std::size_t at = 0; at < encoded.data.size(); at += 8192) {
    encoder.add_chunk(std::string_view(encoded.data).substr(at, 8192));
  }
  encoder.add_chunk("");
  encoder.add_trailer("x-amz-checksum-crc32:AAAAAA==");
  encoded.body = encoder.body;
  return encoded;
}

// A body arrives as the network cuts it: in the middle of a signature, between CR and LF.
TEST(ChunkedBody, DoesNotDependOnThePieces) {
  const Encoded encoded = nine_chunks();
  for (const std::size_t piece_size : {1UL, 2UL, 3UL, 17UL, 8191UL, 8192UL, 100'000UL}) {
    const Outcome outcome = decode(encoded.body, encoded.options, piece_size);
    EXPECT_EQ(outcome.code, "ok") << piece_size;
    EXPECT_EQ(outcome.data, encoded.data);
    EXPECT_EQ(outcome.trailers.size(), 1U);
  }
}

// One flipped byte anywhere, in data, signature, size or trailer, must be refused.
TEST(ChunkedBody, NoticesOneFlippedByte) {
  const Encoded encoded = nine_chunks();
  const std::size_t chunk_7 = 7 * (8192 + 90);
  std::vector<std::size_t> places = {chunk_7, chunk_7 + 4000};
  for (std::size_t at = 0; at < encoded.body.size(); at += 61) places.push_back(at);
  for (std::size_t at = encoded.body.size() - 130; at + 4 < encoded.body.size(); ++at) {
    places.push_back(at);
  }
  for (const std::size_t place : places) {
    std::string body = encoded.body;
    body[place] = static_cast<char>(body[place] ^ 1);
    const Outcome outcome = decode(body, encoded.options);
    EXPECT_NE(outcome.code, "ok") << place;
    EXPECT_NE(outcome.error.http_status, 0) << place;
  }
}

TEST(ChunkedBody, NoticesATruncatedBody) {
  const Encoded encoded = nine_chunks();
  for (std::size_t size = 0; size + 5 < encoded.body.size(); size += 97) {
    EXPECT_EQ(decode(encoded.body.substr(0, size), encoded.options).code, "IncompleteBody") << size;
  }
}

// A chunk that is right by itself must not be moved, left out or repeated.
TEST(ChunkedBody, ChainsTheSignatures) {
  ChunkedBodyOptions options;
  options.signing = signing(std::string(64, 'a'));
  Encoder encoder(*options.signing);
  encoder.add_chunk(sample(8192));
  const std::string first = encoder.body;
  encoder.body.clear();
  encoder.add_chunk(std::string(8192, 'b'));
  const std::string second = encoder.body;
  encoder.body.clear();
  encoder.add_chunk("");
  const std::string end = encoder.body + "\r\n";
  options.decoded_size = 16384;
  EXPECT_EQ(decode(first + second + end, options).code, "ok");
  EXPECT_EQ(decode(second + first + end, options).code, "SignatureDoesNotMatch");
  options.decoded_size = 8192;
  EXPECT_EQ(decode(first + end, options).code, "SignatureDoesNotMatch");
}

// Without keys the frame is checked all the same, and what is decoded is the same.
TEST(ChunkedBody, WorksWithoutKeys) {
  Encoded encoded = nine_chunks();
  encoded.options.signing.reset();
  EXPECT_EQ(decode(encoded.body, encoded.options).data, encoded.data);
  std::string body = encoded.body;
  body[5000] = static_cast<char>(body[5000] ^ 1);
  EXPECT_EQ(decode(body, encoded.options).code, "ok");
}

// `--auth=warn` wants to hear of a wrong signature and to keep the body.
TEST(ChunkedBody, TellsOfAWrongSignatureWhereItIsNotRefused) {
  Encoded encoded = nine_chunks();
  int told = 0;
  encoded.options.on_bad_signature = [&](const Error& error) {
    EXPECT_EQ(error.code, "SignatureDoesNotMatch");
    ++told;
  };
  EXPECT_EQ(decode(encoded.body, encoded.options).code, "ok");
  EXPECT_EQ(told, 0);
  std::string body = encoded.body;
  body[5000] = static_cast<char>(body[5000] ^ 1);
  EXPECT_EQ(decode(body, encoded.options).code, "ok");
  EXPECT_EQ(told, 1);
}

ChunkedBodyOptions unsigned_options(std::uint64_t size) {
  ChunkedBodyOptions options;
  options.encoding = PayloadEncoding::kUnsignedTrailer;
  options.decoded_size = size;
  options.trailer_names = {"x-amz-checksum-crc32"};
  return options;
}

// What current SDKs send for every PutObject.
TEST(ChunkedBody, DecodesUnsignedTrailers) {
  const Outcome outcome =
      decode("5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg== \r\n\r\n", unsigned_options(5), 1);
  EXPECT_EQ(outcome.code, "ok");
  EXPECT_EQ(outcome.data, "hello");
  EXPECT_EQ(outcome.trailers, (ChunkedBodyDecoder::Trailers{{"x-amz-checksum-crc32", "NhCmhg=="}}));
  EXPECT_EQ(decode("0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", unsigned_options(0)).code, "ok");
  // minio-go writes a line feed behind the trailer and two line ends behind that.
  EXPECT_EQ(decode("0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n", unsigned_options(0)).code, "ok");
}

TEST(ChunkedBody, RefusesMalformedFrames) {
  const std::string trailer = "x-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  for (const std::string& body : {
           std::string("5\nhello\r\n0\r\n") + trailer,
           "5\r\nhello0\r\n" + trailer,
           "g\r\nhello\r\n0\r\n" + trailer,
           "-5\r\nhello\r\n0\r\n" + trailer,
           "\r\nhello\r\n0\r\n" + trailer,
           "5;x=y\r\nhello\r\n0\r\n" + trailer,
           "fffffffffffffffff\r\nhello\r\n0\r\n" + trailer,
           std::string(5000, '0') + "5\r\nhello\r\n0\r\n" + trailer,
           "5\r\nhello\r\n0\r\n" + trailer + "x",
           std::string("5\r\nhello\r\n"),
       }) {
    const Outcome outcome = decode(body, unsigned_options(5));
    EXPECT_EQ(outcome.code, "IncompleteBody") << body.substr(0, 40);
    EXPECT_EQ(outcome.error.http_status, 400);
  }
}

TEST(ChunkedBody, RefusesTrailersThatWereNotAnnounced) {
  for (const char* trailers :
       {"\r\n", "x-amz-checksum-sha1:x\r\n\r\n", "nocolon\r\n\r\n", ":x\r\n\r\n",
        "x-amz-checksum-crc32:x\r\nx-amz-checksum-sha1:x\r\n\r\n"}) {
    EXPECT_EQ(decode("5\r\nhello\r\n0\r\n" + std::string(trailers), unsigned_options(5)).code,
              "MalformedTrailerError")
        << trailers;
  }
}

TEST(ChunkedBody, TheLengthMustBeTheOneAnnounced) {
  const std::string body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:x\r\n\r\n";
  const Outcome more = decode(body, unsigned_options(4));
  EXPECT_EQ(more.code, "IncompleteBody");
  EXPECT_EQ(more.data, "");
  EXPECT_EQ(decode(body, unsigned_options(6)).code, "IncompleteBody");
}

// S3 allows only the last chunk to be small.
TEST(ChunkedBody, RefusesASmallChunkThatAnotherFollows) {
  const Outcome outcome = decode("3\r\nhel\r\n2\r\nlo\r\n0\r\n", unsigned_options(5));
  EXPECT_EQ(outcome.code, "InvalidChunkSizeError");
  EXPECT_EQ(outcome.error.http_status, 403);
  ASSERT_EQ(outcome.error.fields.size(), 2U);
  EXPECT_EQ(outcome.error.fields[0].value, "2");
  EXPECT_EQ(outcome.error.fields[1].value, "3");
}

TEST(ChunkedBody, ReadsItsOptionsFromTheHeaders) {
  const auto options_of = [](const std::string& headers) {
    TestRequest request;
    parse_test_request("PUT /b/k HTTP/1.1\n" + headers, &request);
    return chunked_body_options(request.request);
  };
  const std::string form = "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\n";
  const auto good = options_of(form +
                               "x-amz-decoded-content-length: 12\n"
                               "x-amz-trailer: X-Amz-Checksum-CRC32, x-amz-other\n");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->encoding, PayloadEncoding::kUnsignedTrailer);
  EXPECT_EQ(good->decoded_size, 12U);
  EXPECT_EQ(good->trailer_names, (std::vector<std::string>{"x-amz-checksum-crc32", "x-amz-other"}));
  EXPECT_EQ(options_of(form).error().code, "MissingContentLength");
  EXPECT_EQ(options_of(form).error().http_status, 411);
  EXPECT_EQ(options_of(form + "x-amz-decoded-content-length: 1x\n").error().code,
            "InvalidArgument");
  const std::string ecdsa =
      "x-amz-content-sha256: STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER\n";
  EXPECT_EQ(options_of(ecdsa).error().code, "NotImplemented");
  EXPECT_EQ(options_of("x-amz-content-sha256: STREAMING-X\n").error().code, "InvalidArgument");
}

}  // namespace
}  // namespace cumulite::sigv4
