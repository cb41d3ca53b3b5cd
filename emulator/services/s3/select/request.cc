#include "emulator/services/s3/select/request.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/select/errors.h"
#include "emulator/services/s3/select/lexer.h"
#include "emulator/services/s3/select/parser.h"

namespace cumulite::s3::select {

namespace {

Error missing_parameter(std::string_view name) {
  return refusal("MissingRequiredParameter",
                 fmt::format("The SelectRequest entity is missing a required parameter: {}. Check "
                             "the service documentation and try again.",
                             name));
}

Error invalid_parameter(std::string_view name) {
  return refusal("InvalidRequestParameter",
                 fmt::format("The value of the parameter {} in the SelectRequest element is not "
                             "valid. Check the service API documentation and try again.",
                             name));
}

/// The choices of a request count in any case: AWS's own examples write "Use" and "Lines".
bool is_choice(std::string_view value, std::string_view choice) {
  return equals_ignoring_case(value, choice);
}

/// A parameter of exactly one character; `out` keeps its default when it is absent.
Result<void> read_character(const std::optional<std::string>& value, std::string_view name,
                            char& out) {
  if (!value || value->empty()) return {};
  if (value->size() != 1) return invalid_parameter(name);
  out = value->front();
  return {};
}

/// An empty quote is the character of code 0: texts hardly have it, so that nothing is quoted.
Result<void> read_quote(const std::optional<std::string>& value, char& out) {
  if (value && value->empty()) out = 0;
  return read_character(value, "QuoteCharacter", out);
}

Result<CsvFormat> read_csv_input(const api::CSVInput& csv) {
  CsvFormat format;
  const std::string header = csv.FileHeaderInfo.value_or("NONE");
  if (is_choice(header, "USE")) {
    format.header = CsvHeader::kUse;
  } else if (is_choice(header, "IGNORE")) {
    format.header = CsvHeader::kIgnore;
  } else if (!is_choice(header, "NONE")) {
    return refusal("InvalidFileHeaderInfo",
                   "The FileHeaderInfo value is not valid. Only NONE, USE, and IGNORE are "
                   "supported.");
  }
  if (csv.RecordDelimiter && !csv.RecordDelimiter->empty()) {
    if (csv.RecordDelimiter->size() > 2) return invalid_parameter("RecordDelimiter");
    format.record_delimiter = *csv.RecordDelimiter;
    format.is_default_delimiter = format.record_delimiter == "\n";
  }
  CUMULITE_TRY(read_character(csv.FieldDelimiter, "FieldDelimiter", format.field_delimiter));
  CUMULITE_TRY(read_quote(csv.QuoteCharacter, format.quote));
  CUMULITE_TRY(
      read_character(csv.QuoteEscapeCharacter, "QuoteEscapeCharacter", format.quote_escape));
  CUMULITE_TRY(read_character(csv.Comments, "Comments", format.comment));
  format.quoted_delimiters = csv.AllowQuotedRecordDelimiter.value_or(false);
  return format;
}

Result<Compression> read_compression(const std::string& name) {
  if (is_choice(name, "NONE")) return Compression::kNone;
  if (is_choice(name, "GZIP")) return Compression::kGzip;
  if (is_choice(name, "BZIP2")) return Compression::kBzip2;
  return refusal("InvalidCompressionFormat",
                 "The file is not in a supported compression format. Only GZIP and BZIP2 are "
                 "supported.");
}

Result<void> read_input(const api::InputSerialization& input, SelectRequest& out) {
  const int formats = (input.CSV ? 1 : 0) + (input.JSON ? 1 : 0) + (input.Parquet ? 1 : 0);
  if (formats == 0) {
    return refusal("InvalidDataSource",
                   "The data source type is not valid. Only CSV, JSON, and Parquet are supported.");
  }
  if (formats > 1) {
    return refusal("ObjectSerializationConflict",
                   "InputSerialization specifies more than one format (CSV, JSON, or Parquet). You "
                   "can specify only one format.");
  }
  if (input.Parquet) {
    return Error{"NotImplemented", "S3 Select over Parquet is not implemented by this endpoint.",
                 501};
  }
  CUMULITE_ASSIGN(out.compression, read_compression(input.CompressionType.value_or("NONE")));
  if (input.CSV) {
    CUMULITE_ASSIGN(out.csv, read_csv_input(*input.CSV));
    return {};
  }
  const std::string type = input.JSON->Type.value_or("");
  if (!is_choice(type, "LINES") && !is_choice(type, "DOCUMENT")) {
    return refusal("InvalidJsonType",
                   "The JsonType value is not valid. Only DOCUMENT and LINES are supported.");
  }
  return {};
}

Result<CsvOutput> read_csv_output(const api::CSVOutput& csv) {
  CsvOutput format;
  const std::string quoted = csv.QuoteFields.value_or("ASNEEDED");
  format.always_quoted = is_choice(quoted, "ALWAYS");
  if (!format.always_quoted && !is_choice(quoted, "ASNEEDED")) {
    return refusal("InvalidQuoteFields",
                   "The QuoteFields value is not valid. Only ALWAYS and ASNEEDED are supported.");
  }
  if (csv.RecordDelimiter) format.record_delimiter = *csv.RecordDelimiter;
  if (csv.FieldDelimiter && !csv.FieldDelimiter->empty()) {
    format.field_delimiter = *csv.FieldDelimiter;
  }
  CUMULITE_TRY(read_quote(csv.QuoteCharacter, format.quote));
  CUMULITE_TRY(
      read_character(csv.QuoteEscapeCharacter, "QuoteEscapeCharacter", format.quote_escape));
  return format;
}

Result<std::unique_ptr<RowWriter>> read_output(const api::OutputSerialization& output) {
  if (output.CSV && output.JSON) {
    return refusal("ObjectSerializationConflict",
                   "OutputSerialization specifies more than one format (CSV or JSON). You can "
                   "specify only one format.");
  }
  if (output.CSV) {
    CUMULITE_ASSIGN(CsvOutput format, read_csv_output(*output.CSV));
    return make_csv_writer(std::move(format));
  }
  if (!output.JSON) return missing_parameter("OutputSerialization");
  JsonOutput format;
  if (output.JSON->RecordDelimiter) format.record_delimiter = *output.JSON->RecordDelimiter;
  return make_json_writer(std::move(format));
}

/// Ranges need rows that can be found from the middle of an object.
Result<void> check_scan_range(const api::SelectObjectContentRequest& req,
                              const SelectRequest& request) {
  if (!req.ScanRange) return {};
  const auto& input = *req.InputSerialization;
  const bool lines = input.JSON && is_choice(input.JSON->Type.value_or(""), "LINES");
  const bool plain_csv = request.csv && !request.csv->quoted_delimiters;
  if (request.compression == Compression::kNone && (lines || plain_csv)) return {};
  return refusal("UnsupportedScanRangeInput",
                 "Scan range queries are not supported on this type of object.");
}

}  // namespace

Result<SelectRequest> read_request(const api::SelectObjectContentRequest& req) {
  if (!req.Expression) return missing_parameter("Expression");
  if (!req.ExpressionType) return missing_parameter("ExpressionType");
  if (!req.InputSerialization) return missing_parameter("InputSerialization");
  if (!req.OutputSerialization) return missing_parameter("OutputSerialization");
  if (!is_choice(*req.ExpressionType, "SQL")) {
    return refusal("InvalidExpressionType",
                   "The ExpressionType value is not valid. Only SQL expressions are supported.");
  }
  SelectRequest request;
  CUMULITE_TRY(read_input(*req.InputSerialization, request));
  CUMULITE_ASSIGN(request.writer, read_output(*req.OutputSerialization));
  CUMULITE_TRY(check_scan_range(req, request));
  CUMULITE_ASSIGN(request.query, parse_query(*req.Expression));
  if (request.csv && !request.query.from.empty()) {
    return refusal("InvalidKeyPath", "The rows of CSV have no paths.");
  }
  request.scan_range = req.ScanRange;
  request.progress = req.RequestProgress && req.RequestProgress->Enabled.value_or(false);
  return request;
}

Result<ScanBounds> bounds_of(const std::optional<api::ScanRange>& range, std::uint64_t size) {
  if (!range) return ScanBounds{};
  const std::int64_t total = static_cast<std::int64_t>(size);
  const Error invalid = refusal("InvalidScanRange", "The provided scan range is not valid.");
  if (range->Start.value_or(0) < 0 || range->End.value_or(0) < 0) return invalid;
  if (!range->Start && !range->End) return invalid;
  // An end alone asks for that many last bytes.
  if (!range->Start) {
    return ScanBounds{static_cast<std::uint64_t>(std::max<std::int64_t>(0, total - *range->End))};
  }
  if (*range->Start >= total || range->End.value_or(total) < *range->Start) return invalid;
  ScanBounds bounds{static_cast<std::uint64_t>(*range->Start)};
  if (range->End) bounds.end = static_cast<std::uint64_t>(*range->End);
  return bounds;
}

}  // namespace cumulite::s3::select
