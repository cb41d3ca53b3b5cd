#include "emulator/services/s3/select/csv_records.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/select/errors.h"
#include "emulator/services/s3/select/lexer.h"
#include "protocol/codec/utf8.h"

namespace cumulite::s3::select {

namespace {

Error record_too_long() {
  return refusal("OverMaxRecordSize",
                 "The length of a record in the input or result is greater than the "
                 "maxCharsPerRecord limit of 1 MB.");
}

/// "_3" names the third column.
std::optional<std::size_t> position_of(const std::string& name) {
  if (name.size() < 2 || name.front() != '_') return std::nullopt;
  std::size_t position = 0;
  const char* end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data() + 1, end, position);
  if (error != std::errc() || at != end) return std::nullopt;
  return position;
}

bool is_blank(const std::vector<std::string>& fields) {
  return fields.size() == 1 && fields.front().empty();
}

}  // namespace

bool CsvSplitter::take_delimiter(ByteReader& reader, std::string& field) {
  const std::string& delimiter = format_.record_delimiter;
  if (reader.peek() != static_cast<unsigned char>(delimiter.front())) return false;
  reader.get();
  if (delimiter.size() == 1) return true;
  if (reader.peek() == static_cast<unsigned char>(delimiter.back())) {
    reader.get();
    return true;
  }
  field.push_back(delimiter.front());
  ++row_bytes_;
  return false;
}

Result<void> CsvSplitter::read_quoted(ByteReader& reader, std::string& field) {
  reader.get();
  while (true) {
    const std::size_t before = field.size();
    if (take_delimiter(reader, field)) {
      if (!format_.quoted_delimiters) {
        return refusal("CSVEscapingRecordDelimiter",
                       "A quoted record delimiter was found in the file. To allow quoted record "
                       "delimiters, set AllowQuotedRecordDelimiter to 'TRUE'.");
      }
      field += format_.record_delimiter;
      continue;
    }
    if (field.size() != before) continue;
    const int byte = reader.get();
    if (byte == ByteReader::kEnd) {
      CUMULITE_TRY(reader.failure());
      return refusal("CSVUnescapedQuote",
                     "An unescaped quote was found while parsing the CSV file. To allow quoted "
                     "record delimiters, set AllowQuotedRecordDelimiter to 'TRUE'.");
    }
    const char c = static_cast<char>(byte);
    if (++row_bytes_ > kRecordBytesMax) return record_too_long();
    const bool quote_follows = reader.peek() == static_cast<unsigned char>(format_.quote);
    const bool escapes = format_.quote_escape != format_.quote && reader.peek() != ByteReader::kEnd;
    if (c == format_.quote_escape && (quote_follows || escapes)) {
      field.push_back(static_cast<char>(reader.get()));
    } else if (c == format_.quote) {
      return {};
    } else {
      field.push_back(c);
    }
  }
}

Result<void> CsvSplitter::read_row(ByteReader& reader, std::vector<std::string>& fields) {
  row_bytes_ = 0;
  fields.clear();
  fields.emplace_back();
  bool at_start = true;
  while (true) {
    const int byte = reader.peek();
    if (byte == ByteReader::kEnd) return reader.failure();
    if (++row_bytes_ > kRecordBytesMax) return record_too_long();
    if (at_start && byte == static_cast<unsigned char>(format_.quote)) {
      at_start = false;
      CUMULITE_TRY(read_quoted(reader, fields.back()));
      continue;
    }
    if (byte == static_cast<unsigned char>(format_.field_delimiter)) {
      reader.get();
      fields.emplace_back();
      at_start = true;
      continue;
    }
    at_start = false;
    const std::size_t before = fields.back().size();
    if (take_delimiter(reader, fields.back())) {
      if (format_.is_default_delimiter && fields.back().ends_with('\r')) fields.back().pop_back();
      return {};
    }
    if (fields.back().size() == before) fields.back().push_back(static_cast<char>(reader.get()));
  }
}

Result<bool> CsvSplitter::next(ByteReader& reader, std::vector<std::string>& fields) {
  while (reader.peek() != ByteReader::kEnd) {
    if (format_.comment != 0 && reader.peek() == static_cast<unsigned char>(format_.comment)) {
      skip(reader);
      continue;
    }
    CUMULITE_TRY(read_row(reader, fields));
    if (is_blank(fields)) continue;
    if (!std::all_of(fields.begin(), fields.end(), codec::is_utf8)) {
      return refusal("InvalidTextEncoding",
                     "The encoding type is not valid. Only UTF-8 encoding is supported.");
    }
    return true;
  }
  CUMULITE_TRY(reader.failure());
  return false;
}

void CsvSplitter::skip(ByteReader& reader) {
  std::string skipped;
  while (reader.peek() != ByteReader::kEnd && !take_delimiter(reader, skipped)) {
    if (skipped.empty()) reader.get();
    skipped.clear();
  }
}

Result<std::size_t> CsvRecord::column_of(const Step& step) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const bool same =
        step.quoted ? names_[i] == step.name : equals_ignoring_case(names_[i], step.name);
    if (!same) continue;
    if (found) {
      return refusal("AmbiguousFieldName",
                     "The field name matches to multiple fields in the file. Check the SQL "
                     "expression and the file, and try again.");
    }
    found = i;
  }
  if (found) return *found;
  const auto position = position_of(step.name);
  if (!position) {
    return refusal("MissingHeaders",
                   "Some headers in the query are missing from the file. Check the file and try "
                   "again.");
  }
  if (*position == 0) {
    return refusal("InvalidColumnIndex", "The column index in the SQL expression is not valid.");
  }
  return *position - 1;
}

Result<Value> CsvRecord::find(const Path& path) const {
  if (path.size() != 1 || path.front().kind != Step::Kind::kName) {
    return refusal("InvalidKeyPath", "The key path in the SQL expression is not valid.");
  }
  CUMULITE_ASSIGN(const std::size_t column, column_of(path.front()));
  // A row may be shorter than the header.
  if (column >= fields_.size()) return Value::missing();
  return Value::untyped_text(fields_[column]);
}

void CsvRecord::each(
    const std::function<void(std::string_view name, const Value& value)>& visit) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Value value = Value::untyped_text(fields_[i]);
    visit(i < names_.size() ? names_[i] : fmt::format("_{}", i + 1), value);
  }
}

CsvRecords::CsvRecords(CsvFormat format, ByteReader& reader, std::unique_ptr<ByteReader> head,
                       ScanBounds bounds)
    : format_(std::move(format)),
      splitter_(format_),
      reader_(reader),
      head_(std::move(head)),
      bounds_(bounds) {}

Result<void> CsvRecords::begin() {
  ByteReader& head = head_ ? *head_ : reader_;
  if (format_.header != CsvHeader::kNone) {
    std::vector<std::string> names;
    CUMULITE_ASSIGN(const bool any, splitter_.next(head, names));
    if (any && format_.header == CsvHeader::kUse) record_.set_names(std::move(names));
  }
  // The delimiter before the bounds ends a row of the range before.
  if (bounds_.start > 0) splitter_.skip(reader_);
  // The header is no row, also where the range begins with it.
  if (head_ && reader_.offset() < head_->offset() && format_.header != CsvHeader::kNone) {
    while (reader_.offset() < head_->offset() && reader_.peek() != ByteReader::kEnd) {
      splitter_.skip(reader_);
    }
  }
  head_.reset();
  return {};
}

Result<bool> CsvRecords::next() {
  if (!begun_) {
    begun_ = true;
    CUMULITE_TRY(begin());
  }
  if (reader_.offset() > bounds_.end) return false;
  return splitter_.next(reader_, record_.fields());
}

}  // namespace cumulite::s3::select
