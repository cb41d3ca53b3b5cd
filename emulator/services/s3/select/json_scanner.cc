#include "emulator/services/s3/select/json_scanner.h"

#include <algorithm>

#include "emulator/services/s3/select/csv_records.h"
#include "emulator/services/s3/select/errors.h"
#include "emulator/services/s3/select/lexer.h"

namespace cumulite::s3::select {

namespace {

bool is_space(int byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool ends_scalar(int byte) {
  return byte == ByteReader::kEnd || is_space(byte) || byte == ',' || byte == ']' || byte == '}' ||
         byte == '[' || byte == '{' || byte == '"';
}

}  // namespace

JsonScanner::JsonScanner(ByteReader& reader, const Path& path) : reader_(reader), path_(path) {
  const auto wildcard = std::find_if(
      path.begin(), path.end(), [](const Step& step) { return step.kind != Step::Kind::kName; });
  if (wildcard != path.end() && wildcard->kind == Step::Kind::kWildcard) {
    names_ = static_cast<std::size_t>(wildcard - path.begin());
    followed_ = names_ + 1;
  }
}

Error JsonScanner::malformed() const {
  if (auto failure = reader_.failure(); !failure.ok()) return std::move(failure).error();
  return refusal("JSONParsingError",
                 "An error occurred while parsing the JSON file. Check the file and try again.");
}

void JsonScanner::skip_space() {
  while (is_space(reader_.peek())) reader_.get();
}

Result<bool> JsonScanner::next(std::string& text) {
  return followed_ == 0 ? next_root(text) : next_element(text);
}

Result<bool> JsonScanner::next_root(std::string& text) {
  skip_space();
  if (reader_.peek() == ByteReader::kEnd) {
    CUMULITE_TRY(reader_.failure());
    return false;
  }
  value_offset_ = reader_.offset();
  text.clear();
  CUMULITE_TRY(capture(&text));
  return true;
}

Result<bool> JsonScanner::next_element(std::string& text) {
  while (true) {
    if (!in_array_) {
      skip_space();
      if (reader_.peek() == ByteReader::kEnd) {
        CUMULITE_TRY(reader_.failure());
        return false;
      }
      value_offset_ = reader_.offset();
      CUMULITE_ASSIGN(in_array_, descend());
      first_element_ = true;
      if (in_array_) continue;
      text.clear();
      return true;
    }
    skip_space();
    if (reader_.peek() == ']') {
      reader_.get();
      CUMULITE_TRY(leave(names_));
      in_array_ = false;
      continue;
    }
    if (!first_element_ && reader_.get() != ',') return malformed();
    first_element_ = false;
    skip_space();
    text.clear();
    CUMULITE_TRY(capture(&text));
    return true;
  }
}

Result<bool> JsonScanner::descend() {
  for (std::size_t depth = 0; depth <= names_; ++depth) {
    skip_space();
    const bool at_array = depth == names_;
    bool found = reader_.peek() == (at_array ? '[' : '{');
    if (!found) {
      CUMULITE_TRY(capture(nullptr));
    } else {
      reader_.get();
      if (at_array) return true;
      CUMULITE_ASSIGN(found, enter_member(path_[depth]));
    }
    if (found) continue;
    // The objects entered so far end behind what was skipped.
    CUMULITE_TRY(leave(depth));
    return false;
  }
  return false;
}

/// Within an object, behind its brace: up to the value of the member, or behind the object.
Result<bool> JsonScanner::enter_member(const Step& name) {
  std::string key;
  while (true) {
    skip_space();
    if (reader_.peek() == ',') {
      reader_.get();
      continue;
    }
    if (reader_.peek() == '}') {
      reader_.get();
      return false;
    }
    if (reader_.peek() != '"') return malformed();
    key.clear();
    value_bytes_ = 0;
    CUMULITE_TRY(capture_string(&key));
    skip_space();
    if (reader_.get() != ':') return malformed();
    const std::string_view bare = std::string_view(key).substr(1, key.size() - 2);
    if (name.quoted ? bare == name.name : equals_ignoring_case(bare, name.name)) return true;
    skip_space();
    CUMULITE_TRY(capture(nullptr));
  }
}

Result<void> JsonScanner::leave(std::size_t objects) {
  for (std::size_t i = 0; i < objects; ++i) {
    skip_space();
    while (reader_.peek() == ',') {
      reader_.get();
      skip_space();
      CUMULITE_TRY(capture(nullptr));
      skip_space();
      if (reader_.get() != ':') return malformed();
      skip_space();
      CUMULITE_TRY(capture(nullptr));
      skip_space();
    }
    if (reader_.get() != '}') return malformed();
  }
  return {};
}

Result<void> JsonScanner::append(std::string* text, char c) {
  if (text == nullptr) return {};
  if (++value_bytes_ > kRecordBytesMax) {
    return refusal("OverMaxRecordSize",
                   "The length of a record in the input or result is greater than the "
                   "maxCharsPerRecord limit of 1 MB.");
  }
  text->push_back(c);
  return {};
}

/// One value, kept in `text` or skipped. Only its extent is found: the JSON reader checks the rest.
Result<void> JsonScanner::capture(std::string* text) {
  value_bytes_ = 0;
  const int first = reader_.peek();
  if (first == '"') return capture_string(text);
  if (first == '{' || first == '[') return capture_nested(text);
  if (ends_scalar(first)) return malformed();
  while (!ends_scalar(reader_.peek())) {
    CUMULITE_TRY(append(text, static_cast<char>(reader_.get())));
  }
  return {};
}

Result<void> JsonScanner::capture_string(std::string* text) {
  CUMULITE_TRY(append(text, static_cast<char>(reader_.get())));
  while (true) {
    const int byte = reader_.get();
    if (byte == ByteReader::kEnd) return malformed();
    CUMULITE_TRY(append(text, static_cast<char>(byte)));
    if (byte == '"') return {};
    if (byte == '\\') {
      const int escaped = reader_.get();
      if (escaped == ByteReader::kEnd) return malformed();
      CUMULITE_TRY(append(text, static_cast<char>(escaped)));
    }
  }
}

Result<void> JsonScanner::capture_nested(std::string* text) {
  std::size_t depth = 0;
  do {
    const int byte = reader_.peek();
    if (byte == ByteReader::kEnd) return malformed();
    if (byte == '"') {
      CUMULITE_TRY(capture_string(text));
      continue;
    }
    if (byte == '{' || byte == '[') ++depth;
    if (byte == '}' || byte == ']') --depth;
    CUMULITE_TRY(append(text, static_cast<char>(reader_.get())));
  } while (depth > 0);
  return {};
}

}  // namespace cumulite::s3::select
