#include <string>

#include <gtest/gtest.h>

#include "protocol/codec/json_writer.h"
#include "protocol/codec/scalar.h"
#include "protocol/codec/xml_writer.h"

// Escaping and scalars: what the writers of all formats are built of.
namespace cumulite::codec {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string xml(std::string_view text) {
  std::string out;
  append_xml_text(text, out);
  return out;
}

TEST(JsonString, EscapesWhatJsonMustAndKeepsUtf8) {
  EXPECT_EQ(json("plain"), "\"plain\"");
  EXPECT_EQ(json("a\"b\\c\n\t\r\b\f"), R"("a\"b\\c\n\t\r\b\f")");
  EXPECT_EQ(json(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_EQ(json("\xC3\xA9\xF0\x9F\x98\x80/"), "\"\xC3\xA9\xF0\x9F\x98\x80/\"");
}

TEST(XmlText, EscapesMarkupAndControlCharacters) {
  EXPECT_EQ(xml("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_EQ(xml("a\r\n\tb\x01"), "a&#xD;\n\tb&#x1;");
  std::string out;
  append_xml_attribute("a\nb", out);
  EXPECT_EQ(out, "a&#xA;b");
}

TEST(Scalar, ReadsWhatAwsReads) {
  const model::Shape integer{.kind = model::Kind::kInteger, .name = "I"};
  const model::Shape boolean{.kind = model::Kind::kBoolean, .name = "B"};
  const model::Shape number{.kind = model::Kind::kDouble, .name = "D"};
  const auto format = model::TimestampFormat::kDefault;
  std::int32_t whole = 0;
  EXPECT_TRUE(parse_scalar(integer, format, " +5 ", &whole));
  EXPECT_EQ(whole, 5);
  for (const auto* text : {"", "5x", "+-5", "99999999999", "5.0"}) {
    EXPECT_FALSE(parse_scalar(integer, format, text, &whole)) << text;
  }
  bool flag = false;
  EXPECT_TRUE(parse_scalar(boolean, format, "True", &flag));
  EXPECT_TRUE(flag);
  EXPECT_FALSE(parse_scalar(boolean, format, "yes", &flag));
  double decimal = 0;
  EXPECT_TRUE(parse_scalar(number, format, "-Infinity", &decimal));
  EXPECT_LT(decimal, 0);
}

}  // namespace
}  // namespace cumulite::codec
