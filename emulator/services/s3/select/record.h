#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/value.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// One row of the table: a line of CSV, a JSON value.
class Record {
 public:
  virtual ~Record() = default;
  /// The value at a path; an empty one means the whole row. Errors: MissingHeaders,
  /// AmbiguousFieldName, InvalidColumnIndex, InvalidKeyPath.
  virtual Result<Value> find(const Path& path) const = 0;
  /// Every column in order, for `SELECT *`.
  virtual void each(
      const std::function<void(std::string_view name, const Value& value)>& visit) const = 0;
};

/// The rows of an object, in constant memory.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// Moves to the next row; false at the end. Errors: those of the format and of decompression.
  virtual Result<bool> next() = 0;
  /// The current row; valid until the next move.
  virtual const Record& record() const = 0;
};

}  // namespace cumulite::s3::select
