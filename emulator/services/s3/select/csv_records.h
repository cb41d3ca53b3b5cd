#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/s3/select/byte_reader.h"
#include "emulator/services/s3/select/record.h"

namespace cumulite::s3::select {

/// Longest row of an input or answer, in bytes.
inline constexpr std::size_t kRecordBytesMax = 1024 * 1024;

enum class CsvHeader : std::uint8_t { kNone, kIgnore, kUse };

struct CsvFormat {
  CsvHeader header = CsvHeader::kNone;
  std::string record_delimiter = "\n";
  bool is_default_delimiter = true;  ///< A carriage return before it is then part of it.
  char field_delimiter = ',';
  char quote = '"';
  char quote_escape = '"';
  char comment = 0;  ///< First character of rows to skip; 0: none.
  bool quoted_delimiters = false;
};

/// The rows whose first byte lies in [start, end] of the object.
struct ScanBounds {
  std::uint64_t start = 0;
  std::uint64_t end = UINT64_MAX;
};

/// Splits bytes into the fields of rows.
class CsvSplitter {
 public:
  explicit CsvSplitter(const CsvFormat& format) : format_(format) {}

  /// The next row that is neither empty nor a comment; false at the end. Errors: CSVParsingError,
  /// CSVEscapingRecordDelimiter, OverMaxRecordSize, InvalidTextEncoding.
  Result<bool> next(ByteReader& reader, std::vector<std::string>& fields);
  /// Skips to behind the next record delimiter.
  void skip(ByteReader& reader);

 private:
  Result<void> read_row(ByteReader& reader, std::vector<std::string>& fields);
  Result<void> read_quoted(ByteReader& reader, std::string& field);
  /// Takes the record delimiter if it comes next.
  bool take_delimiter(ByteReader& reader, std::string& field);

  const CsvFormat& format_;
  std::size_t row_bytes_ = 0;
};

class CsvRecord final : public Record {
 public:
  /// Without names columns are known by their positions only.
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }

  std::vector<std::string>& fields() { return fields_; }

  Result<Value> find(const Path& path) const override;
  void each(
      const std::function<void(std::string_view name, const Value& value)>& visit) const override;

 private:
  Result<std::size_t> column_of(const Step& step) const;

  std::vector<std::string> names_;
  std::vector<std::string> fields_;
};

class CsvRecords final : public RecordSource {
 public:
  /// `head` reads the object from its beginning for the header; with bounds that begin later
  /// `reader` starts as many bytes before them as the record delimiter has.
  CsvRecords(CsvFormat format, ByteReader& reader, std::unique_ptr<ByteReader> head,
             ScanBounds bounds);

  Result<bool> next() override;

  const Record& record() const override { return record_; }

 private:
  Result<void> begin();

  CsvFormat format_;
  CsvSplitter splitter_;
  ByteReader& reader_;
  std::unique_ptr<ByteReader> head_;
  ScanBounds bounds_;
  bool begun_ = false;
  CsvRecord record_;
};

}  // namespace cumulite::s3::select
