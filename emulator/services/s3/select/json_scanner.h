#pragma once

#include <cstddef>
#include <string>

#include "emulator/services/s3/select/ast.h"
#include "emulator/services/s3/select/byte_reader.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

/// Finds the JSON values that a FROM path names, without holding more than one of them: an object
/// is a sequence of root values, and the path is followed into each up to its first wildcard behind
/// a name.
class JsonScanner {
 public:
  /// `path` is what follows `S3Object[*]`.
  JsonScanner(ByteReader& reader, const Path& path);

  /// The text of the next value, empty where the path leads nowhere; false at the end. Errors:
  /// JSONParsingError, OverMaxRecordSize.
  Result<bool> next(std::string& text);

  /// How many steps of the path were followed by scanning: the rest applies to each value.
  std::size_t followed() const { return followed_; }

  /// Offset of the last value's first byte.
  std::uint64_t value_offset() const { return value_offset_; }

 private:
  Result<bool> next_root(std::string& text);
  Result<bool> next_element(std::string& text);
  /// Goes down the names of the path to the array; false: this root has none.
  Result<bool> descend();
  Result<bool> enter_member(const Step& name);
  /// To the end of so many objects around this place.
  Result<void> leave(std::size_t objects);
  Result<void> capture(std::string* text);
  Result<void> capture_string(std::string* text);
  Result<void> capture_nested(std::string* text);
  Result<void> append(std::string* text, char c);
  void skip_space();
  Error malformed() const;

  ByteReader& reader_;
  const Path& path_;
  std::size_t names_ = 0;     ///< Of the path before its first wildcard.
  std::size_t followed_ = 0;  ///< `names_` and the wildcard, or 0.
  bool in_array_ = false;
  bool first_element_ = false;
  std::size_t value_bytes_ = 0;
  std::uint64_t value_offset_ = 0;
};

}  // namespace cumulite::s3::select
