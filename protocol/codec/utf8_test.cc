#include "protocol/codec/utf8.h"

#include <gtest/gtest.h>

namespace cumulite::codec {
namespace {

// The shortest and longest form of each length is text.
TEST(Utf8, TakesEveryLength) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(
      is_utf8("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xEF\xBF\xBF \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

// What other readers would take for another text is refused: overlong forms, surrogates, too large
// code points, cut and stray bytes.
TEST(Utf8, RefusesWhatIsNotWellFormed) {
  for (const char* bytes : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                            "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80",
                            "a\xE2\x82", "\xE2\x28\xA1", "\xE2\x82\x28"}) {
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace cumulite::codec
