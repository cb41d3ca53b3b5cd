#include "emulator/services/logs/filter_pattern.h"

#include <gtest/gtest.h>

// The examples of CloudWatch Logs' page on the syntax of filter patterns, and its corners.
namespace cumulite::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  const auto parsed = FilterPattern::parse(pattern);
  EXPECT_TRUE(parsed.ok()) << pattern;
  return parsed.ok() && parsed->matches(message);
}

bool is_refused(std::string_view pattern) {
  return !FilterPattern::parse(pattern).ok();
}

TEST(FilterPattern, TermsAreAllRequired) {
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("ERROR", "[ERROR 400] BAD REQUEST"));
  EXPECT_FALSE(matches("ERROR", "[error 400]"));
  EXPECT_TRUE(matches("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS"));
  EXPECT_FALSE(matches("ERROR ARGUMENTS", "[ERROR 401] UNAUTHORIZED"));
}

TEST(FilterPattern, QuotedExcludedAndOptionalTerms) {
  EXPECT_TRUE(matches("\"INTERNAL SERVER ERROR\"", "[ERROR 500] INTERNAL SERVER ERROR"));
  EXPECT_FALSE(matches("\"SERVER INTERNAL\"", "[ERROR 500] INTERNAL SERVER ERROR"));
  EXPECT_TRUE(matches("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST"));
  EXPECT_FALSE(matches("ERROR -\"MISSING ARGUMENTS\"", "[ERROR 419] MISSING ARGUMENTS"));
  EXPECT_TRUE(matches("?ERROR ?WARN", "a WARN b"));
  EXPECT_FALSE(matches("?ERROR ?WARN", "all is well"));
}

TEST(FilterPattern, JsonConditions) {
  constexpr std::string_view kEvent =
      R"({"eventType":"UpdateTrail","n":12.5,"ok":true,"off":false,"none":null,)"
      R"("a":{"b":[{"c":"deep"}],"dotted.name":1}})";
  EXPECT_TRUE(matches(R"({ $.eventType = "UpdateTrail" })", kEvent));
  EXPECT_TRUE(matches(R"({$.eventType = "Update*"})", kEvent));
  EXPECT_FALSE(matches(R"({ $.eventType != "UpdateTrail" })", kEvent));
  EXPECT_TRUE(matches(R"({ $.n > 12 && $.n <= 12.5 })", kEvent));
  EXPECT_TRUE(matches(R"({ ($.n < 1) || ($.a.b[0].c = deep) })", kEvent));
  EXPECT_TRUE(matches(R"({ $.a['dotted.name'] = 1 })", kEvent));
  EXPECT_TRUE(matches("{ $.none IS NULL && $.ok IS TRUE && $.off IS FALSE }", kEvent));
  EXPECT_TRUE(matches("{ $.missing NOT EXISTS }", kEvent));
  EXPECT_FALSE(matches("{ $.missing IS NULL }", kEvent));
  EXPECT_FALSE(matches("{ $.missing != 1 }", kEvent));
  EXPECT_FALSE(matches("{ $.n = 12.5 }", "no JSON"));
}

TEST(FilterPattern, WhatIsNoPatternIsRefused) {
  for (const char* each : {"\"open", "a-b", "-", "?", "{ $.a = }", "{ a = 1 }", "{ $.a = 1", "{}",
                           "{ $.a = 1 } x", "{ ($.a = 1 }", "[ip, user]", "%regex%"}) {
    EXPECT_TRUE(is_refused(each)) << each;
  }
}

}  // namespace
}  // namespace cumulite::logs
