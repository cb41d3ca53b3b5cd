#include "protocol/http/chunked_decoder.h"

#include <string>

#include <gtest/gtest.h>

namespace cumulite::http {
namespace {

using Step = ChunkedDecoder::Step;

struct Decoded {
  std::string text;
  Step end = Step::kNeedMore;
  std::string rest;
};

/// Feeds `bytes` in slices of `step`.
Decoded decode(std::string_view bytes, std::size_t step) {
  ChunkedDecoder decoder;
  Decoded out;
  while (!bytes.empty() && out.end == Step::kNeedMore) {
    std::string_view input = bytes.substr(0, step);
    std::string_view piece;
    const std::size_t given = input.size();
    while ((out.end = decoder.next(input, piece)) == Step::kPiece) out.text.append(piece);
    bytes.remove_prefix(given - input.size());
  }
  out.rest = bytes;
  return out;
}

// The network may cut anywhere, and what follows the body belongs to the next request.
TEST(ChunkedDecoder, DecodesWhereverItIsCut) {
  const std::string_view bytes =
      "4;ext=1;b=\"c\"\r\nWiki\r\n0A \r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\nGET";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Decoded decoded = decode(bytes, step);
    EXPECT_EQ(decoded.text, "Wiki0123456789");
    EXPECT_EQ(decoded.end, Step::kDone);
    EXPECT_EQ(decoded.rest, "GET");
  }
}

// A runtime tells in trailers that the response it has streamed failed after all.
TEST(ChunkedDecoder, KeepsTrailers) {
  for (const std::size_t cut : {1U, 3U, 100U}) {
    const std::string text = "1\r\na\r\n0\r\nA: 1\r\nB: 2\r\n\r\n";
    ChunkedDecoder decoder;
    std::string_view piece;
    for (std::size_t at = 0; at < text.size(); at += cut) {
      std::string_view input = std::string_view(text).substr(at, cut);
      while (decoder.next(input, piece) == Step::kPiece) {
      }
    }
    EXPECT_TRUE(decoder.done());
    EXPECT_EQ(decoder.trailers(), "A: 1\r\nB: 2\r\n");
  }
}

TEST(ChunkedDecoder, RefusesWhatIsNoChunk) {
  for (const char* text : {"\r\n", "g\r\n", "-1\r\n", "1x\r\n", "1\n", "1\r\nab", "1\r\na\n",
                           "0\r\n\n", "10000000000000000\r\n", "0\r\nA\nB\r\n\r\n"}) {
    EXPECT_EQ(decode(text, 100).end, Step::kMalformed) << text;
  }
}

// Extensions and trailers cost the sender nothing: without a bound a body could go on forever.
TEST(ChunkedDecoder, BoundsWhatIsNoData) {
  EXPECT_EQ(decode("1;" + std::string(20'000, 'e') + "\r\n", 100'000).end, Step::kMalformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 5000; ++i) trailers += "A: b\r\n";
  EXPECT_EQ(decode(trailers, 100'000).end, Step::kMalformed);
}

}  // namespace
}  // namespace cumulite::http
