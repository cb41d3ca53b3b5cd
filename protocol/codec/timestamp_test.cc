#include "protocol/codec/timestamp.h"

#include <gtest/gtest.h>

// Every text form of a time that clients send, and the refusal of what only looks like one.
namespace cumulite::codec {
namespace {

constexpr std::int64_t kMs = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

std::int64_t iso(std::string_view text) {
  const auto time = parse_iso8601(text);
  return time ? time->ms : -1;
}

std::int64_t rfc(std::string_view text) {
  const auto time = parse_rfc822(text);
  return time ? time->ms : -1;
}

TEST(Timestamp, Iso8601WithFractionsAndOffsets) {
  EXPECT_EQ(iso("1994-11-06T08:49:37Z"), kMs);
  EXPECT_EQ(iso("1994-11-06T08:49:37.5Z"), kMs + 500);
  EXPECT_EQ(iso("1994-11-06T08:49:37.123456789Z"), kMs + 123);
  EXPECT_EQ(iso("1994-11-06T09:49:37+01:00"), kMs);
  EXPECT_EQ(iso("1994-11-06T07:19:37-0130"), kMs);
  EXPECT_EQ(iso("1994-11-06"), kMs - 31'777'000);
  for (const auto* text :
       {"", "1994", "1994-13-06T00:00:00Z", "1994-02-30T00:00:00Z", "1994-11-06T25:00:00Z",
        "1994-11-06T08:49:37Zx", "1994-11-06T08:49:37."}) {
    EXPECT_EQ(iso(text), -1) << text;
  }
}

TEST(Timestamp, HttpDatesAndTheirObsoleteForms) {
  EXPECT_EQ(rfc("Sun, 06 Nov 1994 08:49:37 GMT"), kMs);
  EXPECT_EQ(rfc("Sunday, 06-Nov-94 08:49:37 GMT"), kMs);
  EXPECT_EQ(rfc("Sun Nov  6 08:49:37 1994"), kMs);
  EXPECT_EQ(rfc("Sun, 06 Nov 1994 09:49:37 +0100"), kMs);
  EXPECT_EQ(rfc("Sun, 06 Nov 1994 08:49:37.456 GMT"), kMs + 456);
  for (const auto* text : {"", "yesterday", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994"}) {
    EXPECT_EQ(rfc(text), -1) << text;
  }
}

TEST(Timestamp, EpochSeconds) {
  EXPECT_EQ(parse_epoch("784111777")->ms, kMs);
  EXPECT_EQ(parse_epoch("784111777.25")->ms, kMs + 250);
  EXPECT_EQ(parse_epoch("7.84111777E8")->ms, kMs);
  EXPECT_FALSE(parse_epoch("1e300"));
  EXPECT_FALSE(parse_epoch("nan"));
  EXPECT_FALSE(parse_epoch("5s"));
}

TEST(Timestamp, Formats) {
  std::string out;
  append_iso8601({kMs}, true, out);
  EXPECT_EQ(out, "1994-11-06T08:49:37.000Z");
  out.clear();
  append_iso8601({-1}, true, out);
  EXPECT_EQ(out, "1969-12-31T23:59:59.999Z");
  out.clear();
  append_rfc822({kMs}, out);
  EXPECT_EQ(out, "Sun, 06 Nov 1994 08:49:37 GMT");
  out.clear();
  append_epoch({kMs + 250}, out);
  append_epoch({-1500}, out);
  EXPECT_EQ(out, "784111777.250-1.500");
}

}  // namespace
}  // namespace cumulite::codec
