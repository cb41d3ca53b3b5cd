#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "protocol/http/response.h"
#include "storage/blob/blob_store.h"

namespace cumulite::dynamodb {

/// Reading failed because the bytes are not what they were said to be.
class MalformedInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes gzip into a spool, piece by piece.
class GzipWriter {
 public:
  explicit GzipWriter(storage::Spool& spool);
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  void append(std::string_view bytes);
  /// Ends the stream; nothing is appended afterwards.
  void finish();

 private:
  struct State;
  void run(std::string_view bytes, int flush);

  storage::Spool& spool_;
  std::unique_ptr<State> state_;
};

/// The bytes of a compressed body: "GZIP" (any number of members), "ZSTD", or as they are for any
/// other name. Its `read` throws MalformedInput.
std::unique_ptr<http::BodySource> decompress(std::string_view compression,
                                             std::unique_ptr<http::BodySource> source);

/// Reads lines without their ends (LF or CR LF).
class LineReader {
 public:
  explicit LineReader(http::BodySource& source) : source_(source) {}

  /// False at the end. Throws MalformedInput for a line longer than an item can be.
  bool next(std::string& line);

 private:
  bool fill();

  http::BodySource& source_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace cumulite::dynamodb
