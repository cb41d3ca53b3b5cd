#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "api/s3.h"
#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/byte_reader.h"
#include "emulator/services/s3/select/csv_records.h"
#include "emulator/services/s3/select/output.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// What a SelectObjectContent request asks for, checked.
struct SelectRequest {
  Query query;
  std::optional<CsvFormat> csv;  ///< Absent: JSON.
  Compression compression = Compression::kNone;
  std::optional<api::ScanRange> scan_range;
  std::unique_ptr<RowWriter> writer;
  bool progress = false;
};

/// Errors: those of parse_query, and InvalidExpressionType, InvalidDataSource,
/// ObjectSerializationConflict, MissingRequiredParameter, InvalidRequestParameter,
/// InvalidCompressionFormat, InvalidFileHeaderInfo, InvalidJsonType, InvalidQuoteFields,
/// UnsupportedScanRangeInput; NotImplemented for Parquet.
Result<SelectRequest> read_request(const api::SelectObjectContentRequest& req);

/// Bytes of an object of that size in which rows may begin. Error: InvalidScanRange.
Result<ScanBounds> bounds_of(const std::optional<api::ScanRange>& range, std::uint64_t size);

}  // namespace cumulite::s3::select
