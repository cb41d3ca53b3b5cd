#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "emulator/services/s3/select/evaluate.h"
#include "emulator/services/s3/select/request.h"
#include "protocol/http/response.h"

namespace cumulite::s3::select {

/// The bytes of the object from an offset on.
using OpenBody = std::function<std::unique_ptr<http::BodySource>(std::uint64_t offset)>;

/// The answer of S3 Select while it is made: reads rows as far as the client takes messages.
class SelectStream final : public http::BodySource {
 public:
  SelectStream(SelectRequest request, const OpenBody& open, ScanBounds bounds, std::int64_t now_ms);

  /// Makes the first messages. What fails before any row was sent is refused with a status; later
  /// the stream ends with an error message.
  Result<void> start();

  std::size_t read(char* data, std::size_t size) override;

 private:
  /// Appends the next messages to `pending_`.
  Result<void> produce();
  /// Reads rows until the payload is large enough, much was scanned for nothing, or the end.
  Result<void> read_rows(std::string& payload);
  Result<void> take_row(std::string& payload);
  Result<void> write_row(const Scope& scope, std::string& payload);
  void finish();

  SelectRequest request_;
  ByteReader reader_;
  std::unique_ptr<RecordSource> records_;
  std::vector<Accumulator> accumulators_;
  std::int64_t now_ms_;
  std::int64_t rows_ = 0;
  std::uint64_t returned_bytes_ = 0;
  bool rows_ended_ = false;
  bool ended_ = false;
  std::string pending_;
  std::size_t sent_ = 0;
};

}  // namespace cumulite::s3::select
