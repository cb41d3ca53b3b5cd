#include "emulator/services/s3/object/header_text.h"

#include <gtest/gtest.h>

namespace cumulite::s3 {
namespace {

// The recorded answer of AWS for a value that is mostly ASCII, and the plain case of nearly all.
TEST(MetadataHeaderTest, EncodesAsTheRecordingShows) {
  EXPECT_EQ(metadata_header("plain value"), "plain value");
  EXPECT_EQ(metadata_header("non-ascii-%E2%80%94_\u2014_\u00e9_"),
            "=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?=");
  EXPECT_EQ(metadata_header("Hello World\u00e9"), "=?UTF-8?Q?Hello_World=C3=A9?=");
}

// Where ASCII is the smaller part, base64 is shorter.
TEST(MetadataHeaderTest, TakesBase64ForOtherScripts) {
  EXPECT_EQ(metadata_header("\u65e5\u672c"), "=?UTF-8?B?5pel5pys?=");
}

// No word is longer than 75 characters, and no character is cut in two.
TEST(MetadataHeaderTest, SplitsLongValuesIntoWords) {
  std::string value;
  for (int i = 0; i < 40; ++i) value += "\U0001F600";
  const std::string header = metadata_header(value);
  std::size_t begin = 0;
  int words = 0;
  while (begin < header.size()) {
    const std::size_t end = std::min(header.find(' ', begin), header.size());
    EXPECT_LE(end - begin, 75U);
    EXPECT_EQ(header.substr(begin, 10), "=?UTF-8?B?");
    begin = end + 1;
    ++words;
  }
  EXPECT_EQ(words, 4);
}

// Older HTTP libraries send Latin-1; a value that is no UTF-8 must not break the answer.
TEST(MetadataHeaderTest, TakesOtherBytesForLatin1) {
  EXPECT_EQ(metadata_header("caf\xe9 au lait"), "=?UTF-8?Q?caf=C3=A9_au_lait?=");
}

}  // namespace
}  // namespace cumulite::s3
