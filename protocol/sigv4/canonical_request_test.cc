#include "protocol/sigv4/canonical_request.h"

#include <gtest/gtest.h>

#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/sha256.h"
#include "protocol/sigv4/signing_key.h"
#include "protocol/sigv4/test_request.h"

namespace cumulite::sigv4 {
namespace {

// Keys may hold what a path normalisation would destroy.
TEST(CanonicalRequest, S3KeepsThePathAsItIs) {
  EXPECT_EQ(canonical_path("/b/a//../x/./", PathRule::kS3), "/b/a//../x/./");
  EXPECT_EQ(canonical_path("/b/a%20b%2Bc", PathRule::kS3), "/b/a%20b%2Bc");
  // What a client left unencoded is signed encoded, in upper-case digits.
  EXPECT_EQ(canonical_path("/b/a+b(1)%c3%a9", PathRule::kS3), "/b/a%2Bb%281%29%C3%A9");
  EXPECT_EQ(canonical_path("", PathRule::kS3), "/");
}

// Other services encode once more what was sent encoded: botocore signs "/a%2520b" for "/a%20b".
TEST(CanonicalRequest, OthersNormaliseAndEncodeTwice) {
  EXPECT_EQ(canonical_path("/a//b/../c/./d/", PathRule::kNormalized), "/a/c/d/");
  EXPECT_EQ(canonical_path("/a%20b", PathRule::kNormalized), "/a%2520b");
  EXPECT_EQ(canonical_path("/-/vaults/v", PathRule::kNormalized), "/-/vaults/v");
  EXPECT_EQ(canonical_path("/..", PathRule::kNormalized), "/");
}

TEST(CanonicalRequest, SortsAndEncodesTheQuery) {
  EXPECT_EQ(canonical_query("b=2&a=1&a=0&acl"), "a=0&a=1&acl=&b=2");
  EXPECT_EQ(canonical_query("prefix=a/b&x=%7e&y=a+b&z=%2f"), "prefix=a%2Fb&x=~&y=a%20b&z=%2F");
  EXPECT_EQ(canonical_query("X-Amz-Signature=abc&X-Amz-Date=d&&"), "X-Amz-Date=d");
}

TEST(CanonicalRequest, JoinsDuplicateHeadersAndBlanks) {
  TestRequest request;
  parse_test_request("GET / HTTP/1.1\nHost: h\nX-Amz-Meta:  a   b\t c \nx-amz-meta: d\n", &request);
  EXPECT_EQ(
      canonical_request({request.request, "host;x-amz-meta", "UNSIGNED-PAYLOAD", PathRule::kS3}),
      "GET\n/\n\nhost:h\nx-amz-meta:a b c,d\n\nhost;x-amz-meta\nUNSIGNED-PAYLOAD");
}

// The example of the signature's documentation.
TEST(SigningKey, IsThatOfTheDocumentation) {
  const HmacSha256 key = derive_signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20120215",
                                            "us-east-1", "iam");
  const HmacSha256 expected(
      *checksum::from_hex("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"));
  EXPECT_EQ(key.sign("x"), expected.sign("x"));
}

// A thread sees thousands of scopes when somebody tries: keys must stay right beyond the bound.
TEST(SigningKey, TheCacheChangesNothing) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1500; ++i) {
      const std::string region = "region-" + std::to_string(i);
      ASSERT_EQ(cached_signing_key("secret", "20260101", region, "s3").sign("x"),
                derive_signing_key("secret", "20260101", region, "s3").sign("x"));
    }
  }
}

// RFC 4231, test cases 2 and 6 (a key longer than a block).
TEST(HmacSha256, AnswersTheVectorsOfTheRfc) {
  const auto hex = [](const Sha256Digest& digest) {
    std::string text;
    append_hex(text, digest);
    return text;
  };
  EXPECT_EQ(hex(HmacSha256("Jefe").sign("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(HmacSha256(std::string(131, '\xaa'))
                    .sign("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace cumulite::sigv4
