#pragma once

#include <memory>

#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/byte_reader.h"
#include "emulator/services/s3/select/csv_records.h"
#include "emulator/services/s3/select/record.h"

namespace cumulite::s3::select {

/// The rows of JSON: what the path behind `S3Object[*]` names in each root value. With bounds
/// (lines only) that begin later, `reader` starts one byte before them.
std::unique_ptr<RecordSource> make_json_records(ByteReader& reader, const Path& path,
                                                ScanBounds bounds);

}  // namespace cumulite::s3::select
