#include "emulator/services/s3/select/output.h"

#include <utility>

#include "protocol/codec/json_writer.h"

namespace cumulite::s3::select {

namespace {

class CsvWriter final : public RowWriter {
 public:
  explicit CsvWriter(CsvOutput format) : format_(std::move(format)) {}

  void begin(std::string&) override { first_ = true; }

  void field(std::string_view, const Value& value, std::string& out) override {
    if (!first_) out += format_.field_delimiter;
    first_ = false;
    const std::string text = text_of(value);
    const bool quoted =
        format_.always_quoted || text.find(format_.field_delimiter) != std::string::npos ||
        text.find(format_.record_delimiter) != std::string::npos ||
        text.find_first_of(std::string("\r\n") + format_.quote) != std::string::npos;
    if (!quoted) {
      out += text;
      return;
    }
    out.push_back(format_.quote);
    for (const char c : text) {
      if (c == format_.quote || c == format_.quote_escape) out.push_back(format_.quote_escape);
      out.push_back(c);
    }
    out.push_back(format_.quote);
  }

  void end(std::string& out) override { out += format_.record_delimiter; }

 private:
  CsvOutput format_;
  bool first_ = true;
};

class JsonWriter final : public RowWriter {
 public:
  explicit JsonWriter(JsonOutput format) : format_(std::move(format)) {}

  void begin(std::string& out) override {
    first_ = true;
    out.push_back('{');
  }

  void field(std::string_view name, const Value& value, std::string& out) override {
    // A missing value is left out; NULL is written.
    if (value.kind == Kind::kMissing) return;
    if (!first_) out.push_back(',');
    first_ = false;
    codec::append_json_string(name, out);
    out.push_back(':');
    switch (value.kind) {
      case Kind::kNull:
        out += "null";
        break;
      case Kind::kText:
      case Kind::kTimestamp:
        codec::append_json_string(text_of(value), out);
        break;
      default:
        out += text_of(value);
    }
  }

  void end(std::string& out) override {
    out.push_back('}');
    out += format_.record_delimiter;
  }

 private:
  JsonOutput format_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<RowWriter> make_csv_writer(CsvOutput format) {
  return std::make_unique<CsvWriter>(std::move(format));
}

std::unique_ptr<RowWriter> make_json_writer(JsonOutput format) {
  return std::make_unique<JsonWriter>(std::move(format));
}

}  // namespace cumulite::s3::select
