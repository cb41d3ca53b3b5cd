#include "emulator/services/dynamodb/format/item_source.h"

#include <algorithm>

#include "emulator/services/dynamodb/format/compression.h"
#include "emulator/services/dynamodb/format/ion.h"
#include "emulator/services/dynamodb/format/json_documents.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/json_reader.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kIonValueBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kReadBytes = 256 * 1024;

SourceRecord failed(std::string why) {
  return {std::nullopt, std::move(why)};
}

/// A sequence of documents `{"Item": {...}}` with any white space between them, or none.
class JsonSource final : public ItemSource {
 public:
  explicit JsonSource(std::unique_ptr<http::BodySource> bytes)
      : bytes_(std::move(bytes)), documents_(*bytes_) {}

  std::optional<SourceRecord> next() override {
    std::string document;
    if (!documents_.next(document)) return std::nullopt;
    api::PutItemInput read;
    codec::JsonReadOptions options;
    options.lenient_scalars = false;
    const auto parsed = codec::read_json(document, *api::op::PutItem::info().input, options, &read);
    if (!parsed.ok()) {
      // What follows text that is no JSON is not read either, as the service does not.
      if (!nlohmann::json::accept(document)) throw MalformedInput("The object is not JSON");
      return failed(parsed.error().message);
    }
    if (!read.Item) return failed("The document has no member Item");
    return SourceRecord{std::move(read.Item), {}};
  }

 private:
  std::unique_ptr<http::BodySource> bytes_;
  JsonDocumentReader documents_;
};

/// A sequence of structs `{Item: {...}}`, of which a piece at a time is in memory.
class IonSource final : public ItemSource {
 public:
  explicit IonSource(std::unique_ptr<http::BodySource> bytes) : bytes_(std::move(bytes)) {}

  std::optional<SourceRecord> next() override {
    AttributeValue value;
    if (!read(value)) return std::nullopt;
    if (value.type != Type::kM) return failed("The value is not a struct");
    for (auto& [name, member] : std::get<AttributeValue::Map>(value.value)) {
      if (name != "Item") continue;
      if (member.type != Type::kM) return failed("Item is not a struct");
      return SourceRecord{std::move(std::get<AttributeValue::Map>(member.value)), {}};
    }
    return failed("The struct has no field Item");
  }

 private:
  /// False at the end. A value that does not end within the text, or ends just where it does, is
  /// read once more with what follows.
  bool read(AttributeValue& value) {
    while (true) {
      IonReader reader(std::string_view(text_).substr(at_));
      bool found = false;
      bool whole = true;
      try {
        found = reader.next(value);
      } catch (const MalformedInput&) {
        if (ended_) throw;
        whole = false;
      }
      if (ended_ || (whole && !reader.rest().empty())) {
        at_ = text_.size() - reader.rest().size();
        return found;
      }
      read_more();
    }
  }

  /// Twice as much as there is, so that a large value is not read too often.
  void read_more() {
    text_.erase(0, at_);
    at_ = 0;
    if (text_.size() > kIonValueBytesMax) throw MalformedInput("a value of Ion is too large");
    std::size_t had = text_.size();
    text_.resize(had + std::max(had, kReadBytes));
    while (had < text_.size() && !ended_) {
      const std::size_t count = bytes_->read(text_.data() + had, text_.size() - had);
      had += count;
      ended_ = count == 0;
    }
    text_.resize(had);
  }

  std::unique_ptr<http::BodySource> bytes_;
  std::string text_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

/// RFC 4180: fields may be quoted, and a quoted field may hold delimiters and line ends.
class CsvSource final : public ItemSource {
 public:
  CsvSource(const SourceFormat& format, const Table& table, std::unique_ptr<http::BodySource> bytes)
      : delimiter_(format.delimiter),
        headers_(format.headers),
        table_(table),
        bytes_(std::move(bytes)),
        lines_(*bytes_) {}

  std::optional<SourceRecord> next() override {
    if (headers_.empty() && !read_record(headers_)) return std::nullopt;
    std::vector<std::string> fields;
    do {
      if (!read_record(fields)) return std::nullopt;
    } while (fields.size() == 1 && fields.front().empty() && headers_.size() > 1);
    if (fields.size() != headers_.size()) {
      return failed("The line has not as many fields as there are headers");
    }
    Item item;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      auto value = make_value(headers_[i], std::move(fields[i]));
      if (!value) return failed("The value of " + headers_[i] + " is not base64");
      item.emplace_back(headers_[i], std::move(*value));
    }
    return SourceRecord{std::move(item), {}};
  }

 private:
  std::optional<AttributeValue> make_value(const std::string& name, std::string text) const {
    const Type type = defined_type(table_.description, name);
    if (type == Type::kN) return AttributeValue{Type::kN, std::move(text)};
    if (type != Type::kB) return make_string(std::move(text));
    auto bytes = codec::base64_decode(text);
    if (!bytes) return std::nullopt;
    return AttributeValue{Type::kB, std::move(*bytes)};
  }

  /// One record, which may span lines.
  bool read_record(std::vector<std::string>& fields) {
    std::string line;
    if (!lines_.next(line)) return false;
    fields.assign(1, {});
    bool quoted = false;
    for (std::size_t i = 0;; ++i) {
      if (i == line.size()) {
        if (!quoted || !lines_.next(line)) return true;
        fields.back() += '\n';
        i = static_cast<std::size_t>(-1);
        continue;
      }
      const char c = line[i];
      if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else if (c == '"' && (quoted || fields.back().empty())) {
        quoted = !quoted;
      } else if (!quoted && c == delimiter_) {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
  }

  char delimiter_;
  std::vector<std::string> headers_;
  const Table& table_;
  std::unique_ptr<http::BodySource> bytes_;
  LineReader lines_;
};

}  // namespace

std::unique_ptr<ItemSource> make_item_source(const SourceFormat& format, const Table& table,
                                             std::unique_ptr<http::BodySource> bytes) {
  if (format.name == "ION") return std::make_unique<IonSource>(std::move(bytes));
  if (format.name == "CSV") return std::make_unique<CsvSource>(format, table, std::move(bytes));
  return std::make_unique<JsonSource>(std::move(bytes));
}

}  // namespace cumulite::dynamodb
