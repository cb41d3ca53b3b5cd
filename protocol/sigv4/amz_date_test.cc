#include "protocol/sigv4/amz_date.h"

#include <gtest/gtest.h>

namespace cumulite::sigv4 {
namespace {

constexpr std::int64_t kMay24 = 1'369'353'600'000;  // 2013-05-24T00:00:00Z

TEST(AmzDate, ReadsAndWritesEachForm) {
  EXPECT_EQ(parse_amz_date("20130524T000000Z"), kMay24);
  EXPECT_EQ(parse_date_header("Fri, 24 May 2013 00:00:00 GMT"), kMay24);
  EXPECT_EQ(parse_date_header("Fri, 24 May 2013 00:00:00 +0000"), kMay24);
  EXPECT_EQ(parse_date_header("Fri, 24 May 2013 00:00:00 -0000"), kMay24);
  EXPECT_EQ(parse_date_header("20130524T000000Z"), kMay24);
  EXPECT_EQ(parse_iso_date("2013-05-24T00:00:00Z"), kMay24);
  EXPECT_EQ(parse_iso_date("2013-05-24T00:00:00.250Z"), kMay24 + 250);
  EXPECT_EQ(format_amz_date(kMay24 + 3'723'000), "20130524T010203Z");
  EXPECT_EQ(format_iso_date(kMay24 + 999), "2013-05-24T00:00:00Z");
  EXPECT_EQ(format_amz_date(-1000), "19691231T235959Z");
}

// A date is the first thing that an unknown client may write: nothing half right may pass.
TEST(AmzDate, RefusesWhatIsNoDate) {
  for (const char* text : {"", "20130524", "20130524T000000", "20131324T000000Z",
                           "20130230T000000Z", "20130524T240000Z", "20130524T006000Z",
                           "2013O524T000000Z", "20130524t000000Z", "20130524T000000Z "}) {
    EXPECT_EQ(parse_amz_date(text), std::nullopt) << text;
  }
  for (const char* text : {"Fri, 24 Mai 2013 00:00:00 GMT", "Fri, 24 May 2013 00:00:00 PST",
                           "24 May 2013 GMT", ", GMT", "GMT", "Tue, 07 Jul 1950 21:53:04 GMT"}) {
    EXPECT_EQ(parse_date_header(text), std::nullopt) << text;
  }
  for (const char* text : {"2013-05-24", "2013-05-24T00:00:00", "2013-05-24 00:00:00Z",
                           "2013-05-24T00:00:00+02:00", "2013-05-24T00:00:00.xZ"}) {
    EXPECT_EQ(parse_iso_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cumulite::sigv4
