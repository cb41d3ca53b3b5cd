#include <bzlib.h>
#include <zlib.h>

#include <memory>
#include <string>
#include <string_view>

#include "emulator/services/s3/select/byte_reader.h"

namespace cumulite::s3::select {

namespace {

constexpr int kGzipOrZlib = 15 + 32;
constexpr std::size_t kInflateBytes = 64 * 1024;

/// Both libraries keep their place in a struct of the same members, which `Library` steps.
template <class Library>
class StreamDecompressor final : public Decompressor {
 public:
  StreamDecompressor() { Library::begin(stream_); }

  ~StreamDecompressor() override { Library::end(stream_); }

  StreamDecompressor(const StreamDecompressor&) = delete;
  StreamDecompressor& operator=(const StreamDecompressor&) = delete;

  bool feed(std::string_view compressed, std::string& out) override {
    Library::set_input(stream_, compressed);
    while (stream_.avail_in > 0 || pending_) {
      if (complete_) {
        // What follows a complete stream is the next one.
        Library::end(stream_);
        const auto rest = compressed.substr(compressed.size() - stream_.avail_in);
        stream_ = {};
        Library::begin(stream_);
        Library::set_input(stream_, rest);
        compressed = rest;
        complete_ = false;
      }
      const std::size_t have = out.size();
      out.resize(have + kInflateBytes);
      Library::set_output(stream_, out.data() + have, kInflateBytes);
      const auto step = Library::step(stream_, complete_);
      out.resize(out.size() - stream_.avail_out);
      if (!step) return false;
      // A full piece may have left more behind.
      pending_ = stream_.avail_out == 0 && !complete_;
    }
    return true;
  }

  bool complete() const override { return complete_; }

 private:
  typename Library::Stream stream_ = {};
  bool complete_ = false;
  bool pending_ = false;
};

struct Gzip {
  using Stream = z_stream;

  static void begin(Stream& stream) { inflateInit2(&stream, kGzipOrZlib); }

  static void end(Stream& stream) { inflateEnd(&stream); }

  static void set_input(Stream& stream, std::string_view bytes) {
    // zlib does not write through next_in; its type is older than const.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
  }

  static void set_output(Stream& stream, char* data, std::size_t size) {
    stream.next_out = reinterpret_cast<Bytef*>(data);
    stream.avail_out = static_cast<uInt>(size);
  }

  /// False: malformed. No progress for want of input is no failure.
  static bool step(Stream& stream, bool& complete) {
    const int status = inflate(&stream, Z_NO_FLUSH);
    complete = status == Z_STREAM_END;
    return complete || status == Z_OK || status == Z_BUF_ERROR;
  }
};

struct Bzip2 {
  using Stream = bz_stream;

  static void begin(Stream& stream) { BZ2_bzDecompressInit(&stream, 0, 0); }

  static void end(Stream& stream) { BZ2_bzDecompressEnd(&stream); }

  static void set_input(Stream& stream, std::string_view bytes) {
    stream.next_in = const_cast<char*>(bytes.data());
    stream.avail_in = static_cast<unsigned>(bytes.size());
  }

  static void set_output(Stream& stream, char* data, std::size_t size) {
    stream.next_out = data;
    stream.avail_out = static_cast<unsigned>(size);
  }

  static bool step(Stream& stream, bool& complete) {
    const int status = BZ2_bzDecompress(&stream);
    complete = status == BZ_STREAM_END;
    return complete || status == BZ_OK;
  }
};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(Compression compression) {
  if (compression == Compression::kGzip) return std::make_unique<StreamDecompressor<Gzip>>();
  if (compression == Compression::kBzip2) return std::make_unique<StreamDecompressor<Bzip2>>();
  return nullptr;
}

}  // namespace cumulite::s3::select
