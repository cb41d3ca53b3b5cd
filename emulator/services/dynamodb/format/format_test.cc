#include <zlib.h>
#include <zstd.h>

#include <cstring>

#include <gtest/gtest.h>

#include "emulator/services/dynamodb/format/compression.h"
#include "emulator/services/dynamodb/format/ion.h"
#include "emulator/services/dynamodb/format/item_source.h"

namespace cumulite::dynamodb {
namespace {

class Text final : public http::BodySource {
 public:
  /// Gives at most `step` bytes at a time.
  explicit Text(std::string text, std::size_t step = 3) : text_(std::move(text)), step_(step) {}

  std::size_t read(char* data, std::size_t size) override {
    const std::size_t count = std::min({size, step_, text_.size() - at_});
    std::memcpy(data, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

std::string drain(http::BodySource& source) {
  std::string out;
  char buffer[7];
  while (const auto count = source.read(buffer, sizeof buffer)) out.append(buffer, count);
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

TEST(Compression, ReadsMembersInAnyPieces) {
  // Tools join gzip files end to end; readers must go on behind the first member.
  auto joined = decompress("GZIP", std::make_unique<Text>(gzip("one ") + gzip("two")));
  EXPECT_EQ(drain(*joined), "one two");
  auto frames = decompress("ZSTD", std::make_unique<Text>(zstd("one ") + zstd("two")));
  EXPECT_EQ(drain(*frames), "one two");
  EXPECT_EQ(drain(*decompress("NONE", std::make_unique<Text>("as it is"))), "as it is");
}

TEST(Compression, RefusesWhatIsCutShortOrSomethingElse) {
  for (const char* kind : {"GZIP", "ZSTD"}) {
    const std::string whole = kind == std::string("GZIP") ? gzip("some text") : zstd("some text");
    auto cut = decompress(kind, std::make_unique<Text>(whole.substr(0, whole.size() - 2)));
    EXPECT_THROW(drain(*cut), MalformedInput) << kind;
    auto other = decompress(kind, std::make_unique<Text>("plain text that is neither"));
    EXPECT_THROW(drain(*other), MalformedInput) << kind;
  }
}

TEST(Lines, KeepEmptyOnesAndDropTheirEnds) {
  Text text("a\r\n\nlast", 2);
  LineReader lines(text);
  std::string line;
  std::vector<std::string> all;
  while (lines.next(line)) all.push_back(line);
  EXPECT_EQ(all, (std::vector<std::string>{"a", "", "last"}));
}

TEST(Ion, RoundTripsEveryType) {
  // What an export writes an import must read as the same item.
  Item item = {{"p", make_string("a\"b\\c\n\x01")},
               {"n", make_number("-12.5")},
               {"odd name'", make_number("103")},
               {"null", {Type::kNull, {}}},
               {"b", {Type::kB, std::string("\0\xFF", 2)}},
               {"yes", {Type::kBool, true}},
               {"ss", {Type::kSS, std::vector<std::string>{"x", "y"}}},
               {"ns", {Type::kNS, std::vector<std::string>{"1", "2.5"}}},
               {"bs", {Type::kBS, std::vector<std::string>{"z"}}},
               {"l", {Type::kL, AttributeValue::List{make_string(""), make_number("0")}}},
               {"m", {Type::kM, AttributeValue::Map{{"deep", make_string("v")}}}}};
  std::string text;
  append_ion(item, text);
  IonReader reader(text);
  AttributeValue value;
  ASSERT_TRUE(reader.next(value));
  EXPECT_EQ(value.map(), item) << text;
  EXPECT_FALSE(reader.next(value));
}

TEST(Ion, WritesNumbersAsDecimals) {
  // An integer would be another type of Ion than the documented one.
  std::string text;
  append_ion(Item{{"Id", make_number("103")}}, text);
  EXPECT_EQ(text, "{Id:103.}");
}

TEST(Ion, ReadsWhatPeopleWrite) {
  IonReader reader(
      "$ion_1_0 // comment\n{Item: {a: '''long ''' '''text''', 'b': 5d2, c: 1_000, d: sym, "
      "e: null.string, f: note::7.5, \"g\": 1e-3,},} $ion_1_0 /* end */");
  AttributeValue value;
  ASSERT_TRUE(reader.next(value));
  const auto& item = find(value.map(), "Item")->map();
  EXPECT_EQ(find(item, "a")->text(), "long text");
  EXPECT_EQ(find(item, "b")->text(), "5e2");
  EXPECT_EQ(find(item, "c")->text(), "1000");
  EXPECT_EQ(find(item, "d")->text(), "sym");
  EXPECT_EQ(find(item, "e")->type, Type::kNull);
  EXPECT_EQ(find(item, "f")->text(), "7.5");
  EXPECT_EQ(find(item, "g")->text(), "1e-3");
  EXPECT_FALSE(reader.next(value));
}

TEST(Ion, RefusesWhatHasNoTypeHere) {
  for (const char* text : {"2020-01-01T", "nan", "{a:", "[1", "\"open", "{{!}}",
                           "$dynamodb_SS::[1]", "+inf", "0x1F"}) {
    IonReader reader(text);
    AttributeValue value;
    EXPECT_THROW(reader.next(value), MalformedInput) << text;
  }
}

Table table_with_keys() {
  Table table;
  auto& definitions = table.description.AttributeDefinitions.emplace();
  for (const auto& [name, type] : {std::pair("p", "N"), std::pair("b", "B")}) {
    auto& definition = definitions.emplace_back();
    definition.AttributeName = name;
    definition.AttributeType = type;
  }
  return table;
}

// An object of any size is read a piece at a time; values cross the ends of the pieces.
TEST(Ion, ReadsItemsAcrossPieces) {
  constexpr std::size_t kItems = 40;
  std::string text;
  for (std::size_t i = 0; i < kItems; ++i) {
    text += "$ion_1_0 {Item:{p:" + std::to_string(i) + ".,x:\"" + std::string(i * 10'000, 'x') +
            "\"}}\n";
  }
  const Table table = table_with_keys();
  auto source = make_item_source({"ION"}, table, std::make_unique<Text>(text));
  for (std::size_t i = 0; i < kItems; ++i) {
    const auto record = source->next();
    ASSERT_TRUE(record && record->item) << i;
    EXPECT_EQ(find(*record->item, "x")->text().size(), i * 10'000);
  }
  EXPECT_FALSE(source->next());
  auto cut =
      make_item_source({"ION"}, table, std::make_unique<Text>(text.substr(0, text.size() - 9)));
  EXPECT_THROW(
      {
        while (cut->next()) {
        }
      },
      MalformedInput);
}

TEST(Csv, TypesKeysAndKeepsQuotedText) {
  const Table table = table_with_keys();
  SourceFormat format{"CSV"};
  auto source = make_item_source(
      format, table,
      std::make_unique<Text>("p,b,text\n1,YQ==,\"a, \"\"b\"\"\nc\"\n2,YQ==\n3,?,x\n"));
  auto first = source->next();
  ASSERT_TRUE(first && first->item);
  EXPECT_EQ(*find(*first->item, "p"), make_number("1"));
  EXPECT_EQ(find(*first->item, "b")->text(), "a");
  EXPECT_EQ(find(*first->item, "text")->text(), "a, \"b\"\nc");
  // Too few fields and bad base64 are errors of their lines, not of the file.
  EXPECT_FALSE(source->next()->item);
  EXPECT_FALSE(source->next()->item);
  EXPECT_FALSE(source->next());
}

TEST(Csv, GivenHeadersMakeTheFirstLineData) {
  const Table table = table_with_keys();
  SourceFormat format{"CSV", '|', {"p", "x"}};
  auto source = make_item_source(format, table, std::make_unique<Text>("7|seven\n"));
  const auto first = source->next();
  ASSERT_TRUE(first && first->item);
  EXPECT_EQ(find(*first->item, "x")->text(), "seven");
}

std::unique_ptr<ItemSource> json_source(const Table& table, std::string text) {
  return make_item_source({"DYNAMODB_JSON"}, table, std::make_unique<Text>(std::move(text)));
}

// Documents need no line each; one that is no item does not hide the next.
TEST(Json, ReadsDocumentsHoweverTheyAreApart) {
  const Table table = table_with_keys();
  auto source = json_source(table, R"({"Item":{"p":{"N":"1"},"t":{"S":"}\\\"{"}}}

{"Item":
 {"p":{"N":"2"}}}{"Other":1} {"Item":"x"}{"Item":{"p":{"N":"3"}}}
)");
  EXPECT_EQ(find(*source->next()->item, "t")->text(), "}\\\"{");
  EXPECT_EQ(find(*source->next()->item, "p")->text(), "2");
  EXPECT_FALSE(source->next()->item);
  EXPECT_FALSE(source->next()->item);
  EXPECT_EQ(find(*source->next()->item, "p")->text(), "3");
  EXPECT_FALSE(source->next());
}

// As in the service: ten lines with a bad one in their middle are five items and one error.
TEST(Json, GivesUpWhereTheTextIsNoJson) {
  const Table table = table_with_keys();
  for (const std::string bad : {"no json\n", "{\"Item\":}\n", "{\"Item\":{\n", "}"}) {
    auto source = json_source(table, R"({"Item":{"p":{"N":"1"}}})" + bad + R"({"Item":{}})");
    EXPECT_TRUE(source->next()->item) << bad;
    EXPECT_THROW(source->next(), MalformedInput) << bad;
  }
}

}  // namespace
}  // namespace cumulite::dynamodb
