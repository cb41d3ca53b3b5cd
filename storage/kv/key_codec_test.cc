#include "storage/kv/key_codec.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cumulite::storage {
namespace {

std::string part(std::string_view text) {
  std::string key;
  append_part(key, text);
  return key;
}

// Listing operations return names in byte order, so the encoded order must be the order of the
// texts also where one text is the beginning of another and where bytes are 0x00, 0x01 or 0xFF.
TEST(KeyCodec, PartsKeepTheOrderOfTheirTexts) {
  std::vector<std::string> texts = {"",
                                    std::string(1, '\0'),
                                    std::string("\0a", 2),
                                    "\x01",
                                    "a",
                                    std::string("a\0", 2),
                                    std::string("a\0b", 3),
                                    "a\x01",
                                    "ab",
                                    "b",
                                    "\xFF",
                                    "\xFF\xFF",
                                    "é",
                                    "日本"};
  std::sort(texts.begin(), texts.end());
  for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
    EXPECT_LT(part(texts[i]), part(texts[i + 1])) << i;
  }
}

// A key of several parts must give them back exactly: ("a", "bc") is not ("ab", "c").
TEST(KeyCodec, PartsComeBackOneByOne) {
  std::string key;
  append_part(key, std::string("a\0\x01", 3));
  append_part(key, "");
  append_u64(key, 7);
  append_part(key, "\xFFz");
  std::string_view rest = key;
  EXPECT_EQ(take_part(rest), std::string("a\0\x01", 3));
  EXPECT_EQ(take_part(rest), "");
  EXPECT_EQ(take_u64(rest), 7u);
  EXPECT_EQ(take_part(rest), "\xFFz");
  EXPECT_TRUE(rest.empty());
  EXPECT_NE(part("a") + part("bc"), part("ab") + part("c"));
}

// A damaged row must be noticed, not read as something else, and must leave the view where it was.
TEST(KeyCodec, MalformedPartsAreRefused) {
  for (const std::string& bad :
       {std::string(), std::string("abc"), std::string("abc\0", 4), std::string("a\0\x02", 3)}) {
    std::string_view rest = bad;
    EXPECT_EQ(take_part(rest), std::nullopt);
    EXPECT_EQ(rest, bad);
  }
  std::string_view short_number("1234567", 7);
  EXPECT_EQ(take_u64(short_number), std::nullopt);
  EXPECT_EQ(take_i64(short_number), std::nullopt);
  EXPECT_EQ(take_u64_descending(short_number), std::nullopt);
  std::string_view short_word("123", 3);
  EXPECT_EQ(take_u32(short_word), std::nullopt);
}

// Due times and sequence numbers are compared as keys: signed, unsigned and newest-first order.
TEST(KeyCodec, NumbersKeepTheirOrder) {
  const std::vector<std::int64_t> values = {
      std::numeric_limits<std::int64_t>::min(), -256, -1, 0, 1, 255, 256,
      std::numeric_limits<std::int64_t>::max()};
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    std::string low, high;
    append_i64(low, values[i]);
    append_i64(high, values[i + 1]);
    EXPECT_LT(low, high);
    std::string_view rest = low;
    EXPECT_EQ(take_i64(rest), values[i]);
  }
  std::string one, two, newest, oldest;
  append_u32(one, 255);
  append_u32(two, 256);
  EXPECT_LT(one, two);
  append_u64_descending(newest, 1000);
  append_u64_descending(oldest, 1);
  EXPECT_LT(newest, oldest);
  std::string_view rest = newest;
  EXPECT_EQ(take_u64_descending(rest), 1000u);
  rest = two;
  EXPECT_EQ(take_u32(rest), 256u);
}

// A scan of a prefix ends before the first key without it, also when the prefix ends in 0xFF.
TEST(KeyCodec, PrefixEndIsTheSmallestKeyAfterThePrefix) {
  EXPECT_EQ(prefix_end("ab"), "ac");
  EXPECT_EQ(prefix_end("a\xFF"), "b");
  EXPECT_EQ(prefix_end("\xFF\xFF"), "");
  EXPECT_EQ(prefix_end(""), "");
  EXPECT_EQ(prefix_end("\x7F"), "\x80");
}

}  // namespace
}  // namespace cumulite::storage
