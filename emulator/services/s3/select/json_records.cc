#include "emulator/services/s3/select/json_records.h"

#include <simdjson.h>

#include <string>
#include <utility>
#include <vector>

#include "emulator/services/s3/select/errors.h"
#include "emulator/services/s3/select/json_scanner.h"
#include "emulator/services/s3/select/lexer.h"

namespace cumulite::s3::select {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string compact(element value) {
  return simdjson::minify(value);
}

Value to_value(element value) {
  switch (value.type()) {
    case element_type::INT64:
      return Value::of(value.get_int64().value_unsafe());
    case element_type::UINT64:
      return Value::of(static_cast<double>(value.get_uint64().value_unsafe()));
    case element_type::DOUBLE:
      return Value::of(value.get_double().value_unsafe());
    case element_type::BOOL:
      return Value::of(value.get_bool().value_unsafe());
    case element_type::STRING:
      return Value::of(std::string(value.get_string().value_unsafe()));
    case element_type::NULL_VALUE:
      return Value::null();
    default:
      return Value::document(compact(value));
  }
}

/// The member of that name: in its case, else (unless quoted) in any.
bool find_member(const simdjson::dom::object& object, const Step& step, element& found) {
  if (object.at_key(step.name).get(found) == simdjson::SUCCESS) return true;
  if (step.quoted) return false;
  for (const auto field : object) {
    if (!equals_ignoring_case(field.key, step.name)) continue;
    found = field.value;
    return true;
  }
  return false;
}

bool follow_step(element& value, const Step& step) {
  if (step.kind == Step::Kind::kName) {
    simdjson::dom::object object;
    return value.get(object) == simdjson::SUCCESS && find_member(object, step, value);
  }
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return false;
  return array.at(step.index).get(value) == simdjson::SUCCESS;
}

class JsonRecord final : public Record {
 public:
  /// Nullopt: the path led nowhere, so that every column is missing.
  void set(std::optional<element> value) { value_ = value; }

  Result<Value> find(const Path& path) const override {
    if (!value_) return Value::missing();
    if (const auto value = follow(path.begin(), path.end())) return to_value(*value);
    // "_1" is the row itself, where no member is called so.
    if (!path.empty() && path.front().name == "_1") {
      if (const auto value = follow(path.begin() + 1, path.end())) return to_value(*value);
    }
    return Value::missing();
  }

  void each(
      const std::function<void(std::string_view name, const Value& value)>& visit) const override {
    if (!value_) return;
    simdjson::dom::object object;
    if (value_->get(object) != simdjson::SUCCESS) {
      visit("_1", to_value(*value_));
      return;
    }
    for (const auto field : object) visit(field.key, to_value(field.value));
  }

 private:
  std::optional<element> follow(Path::const_iterator step, Path::const_iterator end) const {
    element value = *value_;
    for (; step != end; ++step) {
      if (!follow_step(value, *step)) return std::nullopt;
    }
    return value;
  }

  std::optional<element> value_;
};

class JsonRecords final : public RecordSource {
 public:
  JsonRecords(ByteReader& reader, const Path& path, ScanBounds bounds)
      : reader_(reader), path_(path), scanner_(reader, path), bounds_(bounds) {}

  Result<bool> next() override {
    if (!begun_) begin();
    // Behind a wildcard that was not followed by scanning one text can be several rows.
    while (at_ == rows_.size()) {
      CUMULITE_ASSIGN(const bool more, scanner_.next(text_));
      if (!more || scanner_.value_offset() > bounds_.end) return false;
      at_ = 0;
      rows_.clear();
      if (text_.empty()) {
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html
        // shows {} for a value in which the path names nothing.
        rows_.emplace_back(std::nullopt);
        continue;
      }
      element root;
      if (parser_.parse(text_).get(root) != simdjson::SUCCESS) {
        return refusal(
            "JSONParsingError",
            "An error occurred while parsing the JSON file. Check the file and try again.");
      }
      expand(root, scanner_.followed());
    }
    record_.set(rows_[at_++]);
    return true;
  }

  const Record& record() const override { return record_; }

 private:
  /// A range that begins later begins with the next line.
  void begin() {
    begun_ = true;
    if (bounds_.start == 0) return;
    int byte = 0;
    while (byte != '\n' && byte != ByteReader::kEnd) byte = reader_.get();
  }

  void expand(element value, std::size_t step) {
    for (; step < path_.size(); ++step) {
      if (path_[step].kind == Step::Kind::kWildcard) {
        simdjson::dom::array array;
        if (value.get(array) != simdjson::SUCCESS) return;
        for (const element member : array) expand(member, step + 1);
        return;
      }
      if (!follow_step(value, path_[step])) {
        rows_.emplace_back(std::nullopt);
        return;
      }
    }
    rows_.emplace_back(value);
  }

  ByteReader& reader_;
  const Path& path_;
  JsonScanner scanner_;
  ScanBounds bounds_;
  bool begun_ = false;
  simdjson::dom::parser parser_;
  std::string text_;
  std::vector<std::optional<element>> rows_;
  std::size_t at_ = 0;
  JsonRecord record_;
};

}  // namespace

std::unique_ptr<RecordSource> make_json_records(ByteReader& reader, const Path& path,
                                                ScanBounds bounds) {
  return std::make_unique<JsonRecords>(reader, path, bounds);
}

}  // namespace cumulite::s3::select
