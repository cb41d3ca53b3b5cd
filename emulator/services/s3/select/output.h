#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "emulator/services/s3/select/value.h"
#include "protocol/result.h"

namespace cumulite::s3::select {

struct CsvOutput {
  bool always_quoted = false;
  std::string record_delimiter = "\n";
  std::string field_delimiter = ",";
  char quote = '"';
  char quote_escape = '"';
};

struct JsonOutput {
  std::string record_delimiter = "\n";
};

/// Writes rows of an answer: begin, a call of `field` each, end.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void begin(std::string& out) = 0;
  virtual void field(std::string_view name, const Value& value, std::string& out) = 0;
  virtual void end(std::string& out) = 0;
};

std::unique_ptr<RowWriter> make_csv_writer(CsvOutput format);
std::unique_ptr<RowWriter> make_json_writer(JsonOutput format);

}  // namespace cumulite::s3::select
