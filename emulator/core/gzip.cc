#include "emulator/core/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace cumulite {
namespace {

constexpr int kGzipOrZlib = 15 + 32;
constexpr std::size_t kPieceBytes = 64 * 1024;

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

Result<std::string> gunzip(std::string_view compressed, std::size_t bytes_max) {
  const Error malformed{"SerializationException", "The request body is not valid gzip.", 400};
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) return malformed;
  const std::unique_ptr<z_stream, InflateEnd> guard(&stream);
  // zlib does not write through next_in; its type is older than const.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    const std::size_t have = out.size();
    out.resize(have + kPieceBytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + have);
    stream.avail_out = kPieceBytes;
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) return malformed;
    out.resize(out.size() - stream.avail_out);
    if (out.size() > bytes_max) {
      return Error{"RequestEntityTooLarge", "The decompressed request is too large.", 413};
    }
    if (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) return malformed;
  }
  return out;
}

}  // namespace cumulite
