#include "emulator/services/dynamodb/format/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <utility>

namespace cumulite::dynamodb {
namespace {

constexpr std::size_t kInflatedBytes = 64 * 1024;
// An item of 400 KB whose bytes are all escaped or base64 is shorter than this.
constexpr std::size_t kLineBytesMax = 16 * 1024 * 1024;
constexpr int kGzipWindow = 15 + 16;

class Gunzip final : public http::BodySource {
 public:
  explicit Gunzip(std::unique_ptr<http::BodySource> source) : source_(std::move(source)) {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw MalformedInput("zlib does not start");
  }

  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  ~Gunzip() override { inflateEnd(&stream_); }

  std::size_t read(char* data, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(data);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (stream_.avail_in == 0 && !fill()) {
        if (in_member_) throw MalformedInput("the gzip data is cut short");
        return 0;
      }
      in_member_ = true;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        // Another member may follow.
        in_member_ = false;
        inflateReset(&stream_);
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        throw MalformedInput("the data is not gzip");
      }
    }
    return size - stream_.avail_out;
  }

 private:
  bool fill() {
    buffer_.resize(kInflatedBytes);
    buffer_.resize(source_->read(buffer_.data(), kInflatedBytes));
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_in = static_cast<uInt>(buffer_.size());
    return !buffer_.empty();
  }

  std::unique_ptr<http::BodySource> source_;
  z_stream stream_ = {};
  std::string buffer_;
  bool in_member_ = false;
};

class Unzstd final : public http::BodySource {
 public:
  explicit Unzstd(std::unique_ptr<http::BodySource> source)
      : source_(std::move(source)), stream_(ZSTD_createDStream(), &ZSTD_freeDStream) {}

  std::size_t read(char* data, std::size_t size) override {
    ZSTD_outBuffer out = {data, size, 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size && !fill()) {
        if (in_frame_) throw MalformedInput("the zstd data is cut short");
        return 0;
      }
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &out, &in_);
      if (ZSTD_isError(status) != 0) throw MalformedInput("the data is not zstd");
      in_frame_ = status != 0;
    }
    return out.pos;
  }

 private:
  bool fill() {
    buffer_.resize(kInflatedBytes);
    buffer_.resize(source_->read(buffer_.data(), kInflatedBytes));
    in_ = {buffer_.data(), buffer_.size(), 0};
    return !buffer_.empty();
  }

  std::unique_ptr<http::BodySource> source_;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  std::string buffer_;
  ZSTD_inBuffer in_ = {nullptr, 0, 0};
  bool in_frame_ = false;
};

}  // namespace

struct GzipWriter::State {
  z_stream stream = {};
};

GzipWriter::GzipWriter(storage::Spool& spool) : spool_(spool), state_(std::make_unique<State>()) {
  constexpr int kMemoryLevel = 8;
  if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw storage::StorageError("zlib does not start");
  }
}

GzipWriter::~GzipWriter() {
  deflateEnd(&state_->stream);
}

void GzipWriter::append(std::string_view bytes) {
  run(bytes, Z_NO_FLUSH);
}

void GzipWriter::finish() {
  run({}, Z_FINISH);
}

void GzipWriter::run(std::string_view bytes, int flush) {
  auto& stream = state_->stream;
  // zlib does not write through next_in; its type is older than const.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string piece(kInflatedBytes, '\0');
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int status = deflate(&stream, flush);
    spool_.append({piece.data(), piece.size() - stream.avail_out});
    if (flush == Z_FINISH ? status == Z_STREAM_END : stream.avail_out != 0) return;
  }
}

std::unique_ptr<http::BodySource> decompress(std::string_view compression,
                                             std::unique_ptr<http::BodySource> source) {
  if (compression == "GZIP") return std::make_unique<Gunzip>(std::move(source));
  if (compression == "ZSTD") return std::make_unique<Unzstd>(std::move(source));
  return source;
}

bool LineReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t had = buffer_.size();
  if (had > kLineBytesMax) throw MalformedInput("a line is longer than an item can be");
  buffer_.resize(had + kInflatedBytes);
  buffer_.resize(had + source_.read(buffer_.data() + had, kInflatedBytes));
  return buffer_.size() > had;
}

bool LineReader::next(std::string& line) {
  std::size_t searched = at_;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line.assign(buffer_, at_, end - at_);
      at_ = end + 1;
      break;
    }
    const std::size_t waiting = buffer_.size() - at_;
    if (!fill()) {
      if (waiting == 0) return false;
      line = std::move(buffer_);
      buffer_.clear();
      break;
    }
    searched = waiting;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

}  // namespace cumulite::dynamodb
