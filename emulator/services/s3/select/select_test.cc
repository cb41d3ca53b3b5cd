#include <cstring>

#include <gtest/gtest.h>

#include "emulator/services/s3/select/evaluate.h"
#include "emulator/services/s3/select/event_stream.h"
#include "emulator/services/s3/select/json_scanner.h"
#include "emulator/services/s3/select/parser.h"

namespace cumulite::s3::select {
namespace {

/// Gives its text in small pieces, as a body may come.
class TextSource final : public http::BodySource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}

  std::size_t read(char* data, std::size_t size) override {
    const std::size_t count = std::min({size, text_.size() - at_, std::size_t{3}});
    std::memcpy(data, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// Value of a constant expression as text, or the code of its refusal.
std::string value_of(const std::string& expression) {
  const auto query = parse_query("SELECT " + expression + " FROM S3Object");
  if (!query.ok()) return query.error().code;
  const auto value = evaluate(*query->columns.front().value, {});
  return value.ok() ? text_of(*value) : value.error().code;
}

// Tighter operators first, equal ones from the left: results depend on it silently.
TEST(Select, OperatorsBindAsInSql) {
  EXPECT_EQ(value_of("1 + 2 * 3"), "7");
  EXPECT_EQ(value_of("10 - 4 - 3"), "3");
  EXPECT_EQ(value_of("NOT FALSE AND FALSE"), "false");
  EXPECT_EQ(value_of("TRUE OR TRUE AND FALSE"), "true");
  EXPECT_EQ(value_of("1 + 1 = 2 AND 3 BETWEEN 2 AND 4"), "true");
  EXPECT_EQ(value_of("-2 * -3"), "6");
  EXPECT_EQ(value_of("1.5 + 1"), "2.5");
}

// NULL is neither equal nor unequal; only what it cannot change is decided.
TEST(Select, LogicHasThreeValues) {
  EXPECT_EQ(value_of("NULL = NULL"), "");
  EXPECT_EQ(value_of("NULL OR TRUE"), "true");
  EXPECT_EQ(value_of("NULL AND FALSE"), "false");
  EXPECT_EQ(value_of("NOT NULL"), "");
  EXPECT_EQ(value_of("1 IN (2, NULL)"), "");
  EXPECT_EQ(value_of("MISSING IS NULL"), "true");
  EXPECT_EQ(value_of("NULL IS MISSING"), "false");
}

TEST(Select, ArithmeticDoesNotWrap) {
  EXPECT_EQ(value_of("9223372036854775807 + 1"), "IntegerOverflow");
  EXPECT_EQ(value_of("1 / 0"), "IllegalSqlFunctionArgument");
  EXPECT_EQ(value_of("CAST('12' AS INT) / 5"), "2");
  EXPECT_EQ(value_of("CAST(12.9 AS INTEGER)"), "12");
  EXPECT_EQ(value_of("CAST('yes' AS BOOL)"), "CastFailed");
}

// '%' returns to where it was, so that a later part of the text may match.
TEST(Select, LikeGoesBack) {
  EXPECT_EQ(value_of("'abcabd' LIKE '%ab_'"), "true");
  EXPECT_EQ(value_of("'abc' LIKE 'a%c%d'"), "false");
  EXPECT_EQ(value_of("'größe' LIKE 'gr__e'"), "true");
  EXPECT_EQ(value_of("'50%' LIKE '%#%' ESCAPE '#'"), "true");
  EXPECT_EQ(value_of("'' LIKE '%'"), "true");
}

TEST(Select, TextFunctionsCountCharacters) {
  EXPECT_EQ(value_of("CHAR_LENGTH('größe')"), "5");
  EXPECT_EQ(value_of("SUBSTRING('größe', 3, 2)"), "öß");
  EXPECT_EQ(value_of("SUBSTRING('123456789' FROM -1 FOR 4)"), "12");
  EXPECT_EQ(value_of("TRIM(BOTH '12' FROM '1112211foobar22211122')"), "foobar");
  EXPECT_EQ(value_of("TRIM('  x ')"), "x");
}

// The examples of the documentation of date functions.
TEST(Select, DateFunctionsFollowTheDocumentation) {
  EXPECT_EQ(value_of("DATE_ADD(year, 5, `2010-01-01T`)"), "2015-01-01T");
  EXPECT_EQ(value_of("DATE_ADD(month, 1, `2010T`)"), "2010-02T");
  EXPECT_EQ(value_of("DATE_ADD(month, -1, `2017-01-10`)"), "2016-12-10T");
  EXPECT_EQ(value_of("DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)"),
            "2017-01-02T03:05:05.006Z");
  EXPECT_EQ(value_of("DATE_DIFF(month, `2010-01-01T`, `2010-05T`)"), "4");
  EXPECT_EQ(value_of("DATE_DIFF(month, `2010T`, `2011T`)"), "12");
  EXPECT_EQ(value_of("DATE_DIFF(month, `2011T`, `2010T`)"), "-12");
  EXPECT_EQ(value_of("DATE_DIFF(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)"), "0");
  EXPECT_EQ(value_of("EXTRACT(timezone_hour FROM `2017-01-02T03:04:05+07:08`)"), "7");
  EXPECT_EQ(value_of("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')"), "July 20, 1969 8:18 PM");
  EXPECT_EQ(value_of("TO_STRING(`1969-07-20T20:18:00+08:00`, 'y-MM-dd''T''H:m:ssXXX')"),
            "1969-07-20T20:18:00+08:00");
  EXPECT_EQ(value_of("TO_STRING(`1969T`, 'q')"), "EvaluatorInvalidTimestampFormatPatternSymbol");
  EXPECT_EQ(value_of("TO_TIMESTAMP('2020-13-01T')"), "ValueParseFailure");
}

std::vector<std::string> values_at(const std::string& from, const std::string& json) {
  const auto query = parse_query("SELECT * FROM " + from);
  if (!query.ok()) return {query.error().code};
  ByteReader reader(std::make_unique<TextSource>(json), Compression::kNone);
  JsonScanner scanner(reader, query->from);
  std::vector<std::string> found;
  std::string text;
  while (true) {
    const auto more = scanner.next(text);
    if (!more.ok()) found.push_back(more.error().code);
    if (!more.ok() || !*more) return found;
    found.push_back(text);
  }
}

// Values around the path are skipped without being kept, whatever they hold.
TEST(Select, JsonPathsAreFollowedWhileReading) {
  using Texts = std::vector<std::string>;
  const std::string json =
      R"({"x": {"a": [1]}, "a": {"b": "]}", "c": [ {"d": "}"}, 2 ,"\"" ], "e": [3]}, "z": 0} )"
      R"({"a": 5, "q": 1} {"a": {"c": []}} [7] {"A": {"C": [8]}})";
  // A value without the path is a row without columns; an empty array has no rows.
  EXPECT_EQ(values_at("S3Object[*].a.c[*]", json),
            (Texts{R"({"d": "}"})", "2", R"("\"")", "", "", "8"}));
  EXPECT_EQ(values_at("S3Object", "1 {} [2]\n\"s\""), (Texts{"1", "{}", "[2]", "\"s\""}));
  EXPECT_EQ(values_at("S3Object[*][*]", "[1,[2]]"), (Texts{"1", "[2]"}));
  EXPECT_EQ(values_at("S3Object[*].a[*]", R"({"a": [1, 2)"), (Texts{"1", "2", "JSONParsingError"}));
}

// Framing as the SDKs check it: lengths and both checksums.
TEST(Select, MessagesAreFramed) {
  std::string out;
  append_end(out);
  ASSERT_EQ(out.size(), 56u);
  EXPECT_EQ(out.substr(0, 8), std::string("\0\0\0\x38\0\0\0\x28", 8));
  // The checksums of the documentation's example of this message.
  EXPECT_EQ(out.substr(8, 4), std::string("\xC1\xC6\x84\xD4", 4));
  EXPECT_EQ(out.substr(52), std::string("\xCF\x97\xD3\x92", 4));
}

}  // namespace
}  // namespace cumulite::s3::select
