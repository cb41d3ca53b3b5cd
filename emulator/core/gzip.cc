#include "emulator/core/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/codec/text.h"

namespace cumulite {
namespace {

constexpr int kGzipOrZlib = 15 + 32;
constexpr std::size_t kPieceBytes = 64 * 1024;

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

struct DeflateEnd {
  void operator()(z_stream* stream) const { deflateEnd(stream); }
};

/// Another gzip member follows.
bool starts_member(const z_stream& stream) {
  return stream.avail_in >= 2 && stream.next_in[0] == 0x1F && stream.next_in[1] == 0x8B;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Digits with at most one point; less than nothing is nothing.
std::optional<double> read_quality(std::string_view text) {
  if (text.starts_with('-')) return 0;
  double value = 0;
  double place = 0;
  bool any = false;
  for (const char c : text) {
    if (c == '.' && place == 0) {
      place = 0.1;
    } else if (c < '0' || c > '9') {
      return std::nullopt;
    } else if (any = true; place == 0) {
      value = std::min(value * 10 + (c - '0'), 1000.0);
    } else {
      value += place * (c - '0');
      place /= 10;
    }
  }
  if (!any) return std::nullopt;
  return std::min(value, 1.0);
}

/// "gzip" and 0.5 of "gzip;q=0.5": of several qualities the first counts. Nullopt if the entry is
/// none.
struct Preference {
  std::string coding;
  double quality = 1;
};

std::optional<Preference> read_preference(std::string_view entry) {
  const auto semicolon = entry.find(';');
  Preference out{codec::lower(trim(entry.substr(0, semicolon))), 1};
  if (out.coding.empty()) return std::nullopt;
  if (semicolon == std::string_view::npos) return out;
  std::string_view parameter = entry.substr(semicolon + 1);
  parameter = trim(parameter.substr(0, parameter.find(';')));
  const auto equals = parameter.find('=');
  const std::string name = codec::lower(parameter.substr(0, equals));
  if (trim(name) != "q" || equals == std::string_view::npos) return std::nullopt;
  if (name != "q") return out;  // "q =0" says nothing to the service.
  out.quality = read_quality(trim(parameter.substr(equals + 1))).value_or(1);
  return out;
}

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
    if (status == Z_STREAM_END && starts_member(stream)) {
      if (inflateReset(&stream) != Z_OK) return malformed;
      status = Z_OK;
    }
  }
  return out;
}

Encoding preferred_encoding(std::string_view accept_encoding) {
  std::vector<Preference> known;
  std::optional<double> any;
  while (!accept_encoding.empty()) {
    const auto comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const auto read = read_preference(accept_encoding.substr(0, comma));
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    if (!read) continue;
    if (read->coding == "*") any = read->quality;
    if (read->coding == "gzip" || read->coding == "deflate") known.push_back(*read);
  }
  if (any) {  // A star stands for those that are not named.
    for (const char* coding : {"gzip", "deflate"}) {
      const bool named = std::any_of(known.begin(), known.end(),
                                     [&](const auto& one) { return one.coding == coding; });
      if (!named) known.push_back({coding, *any});
    }
  }
  const Preference* best = nullptr;
  for (const auto& one : known) {
    if (one.quality > 0 && (best == nullptr || one.quality > best->quality)) best = &one;
  }
  if (best == nullptr) return Encoding::kIdentity;
  return best->coding == "gzip" ? Encoding::kGzip : Encoding::kDeflate;
}

std::string compress(std::string_view body, Encoding encoding) {
  if (encoding == Encoding::kIdentity) return {};
  constexpr int kZlib = 15;
  constexpr int kGzip = kZlib + 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                   encoding == Encoding::kGzip ? kGzip : kZlib, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  const std::unique_ptr<z_stream, DeflateEnd> guard(&stream);
  std::string out(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
  out.resize(stream.total_out);
  return out;
}

}  // namespace cumulite
