#include "protocol/codec/base64.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace cumulite::codec {
namespace {

// The vectors of RFC 4648, section 10.
TEST(Base64, AnswersTheVectorsOfTheRfc) {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, EveryByteSurvivesInBothAlphabets) {
  std::string bytes;
  for (int round = 0; round < 3; ++round) {
    for (int byte = 255; byte >= 0; --byte) {
      bytes.push_back(static_cast<char>(byte));
      EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
      EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    }
  }
  EXPECT_EQ(base64_encode("\xfb\xff"), "+/8=");
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
}

// One text must not have two encodings: tokens, checksums and attribute values are compared as
// text.
TEST(Base64, RefusesWhatIsNotCanonical) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "=", "==", "====", "Zg==Zg==", "Zm9v\n",
                           " Zm9v", "Zm-_", "Zh==", "Zm9=", "Z===", "Zm9vA", "Zg=A"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
  for (const char* text : {"Z", "Zg==", "Zm+/", "Zh", "Zm9 "}) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cumulite::codec
