#include "emulator/services/dynamodb/item/number.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cumulite::dynamodb {
namespace {

std::string normal(std::string_view text) {
  auto result = normalize_number(text);
  return result.ok() ? *result : result.error().message;
}

// Clients compare what they read with what they wrote: the normal form is the service's.
TEST(Number, HasOneTextForEachValue) {
  EXPECT_EQ(normal("007"), "7");
  EXPECT_EQ(normal("-0.0"), "0");
  EXPECT_EQ(normal("+1.50"), "1.5");
  EXPECT_EQ(normal("1e3"), "1000");
  EXPECT_EQ(normal("12.5E-3"), "0.0125");
  EXPECT_EQ(normal("100.001"), "100.001");
  EXPECT_EQ(normal("0.1e126"), "1" + std::string(125, '0'));
}

TEST(Number, RefusesWhatTheServiceRefuses) {
  EXPECT_EQ(normal("dog"), "The parameter cannot be converted to a numeric value: dog");
  EXPECT_EQ(normal(""), "The parameter cannot be converted to a numeric value");
  EXPECT_EQ(normal(" 1"), "The parameter cannot be converted to a numeric value:  1");
  EXPECT_NE(normal("1e126").find("Number overflow"), std::string::npos);
  EXPECT_NE(normal("1e-131").find("Number underflow"), std::string::npos);
  EXPECT_NE(normal("1" + std::string(37, '0') + "1").find("38 significant digits"),
            std::string::npos);
}

// Counters and money: binary floating point would be off in the last digit.
TEST(Number, AddsExactly) {
  const auto sum = [](std::string_view a, std::string_view b) {
    auto result = Number::add(Number::of_normal(a), Number::of_normal(b));
    return result.ok() ? result->text() : result.error().message;
  };
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("99999999999999999999999999999999999999", "1"), "1" + std::string(38, '0'));
  EXPECT_EQ(sum("5", "-5"), "0");
  EXPECT_EQ(sum("1", "-1.25"), "-0.25");
  EXPECT_NE(sum("1e50", "1").find("Number overflow"), std::string::npos);
}

// Range keys are compared as bytes by the store, whatever follows them in the key.
TEST(Number, OrderedBytesHaveTheOrderOfTheValues) {
  const std::vector<std::string> ascending = {"-9e125",  "-1000", "-12",    "-1.5", "-1",
                                              "-1e-130", "0",     "1e-130", "0.5",  "1",
                                              "1.5",     "12",    "120",    "1000", "9e125"};
  std::string before;
  for (const auto& text : ascending) {
    std::string key;
    Number::of_normal(text).append_ordered(key);
    EXPECT_LT(before, key) << text;
    before = key;
  }
}

TEST(Number, SizeIsTheServicesArithmetic) {
  EXPECT_EQ(number_size_bytes("0"), 1U);
  EXPECT_EQ(number_size_bytes("1"), 2U);
  EXPECT_EQ(number_size_bytes("-1"), 3U);
  EXPECT_EQ(number_size_bytes("123"), 3U);
}

}  // namespace
}  // namespace cumulite::dynamodb
