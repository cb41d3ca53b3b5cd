#include "emulator/snapshots/tar.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "storage/kv/store.h"

namespace cumulite::snapshots {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeBytes = 12;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kCopyBytes = 256 * 1024;
/// Above this a size is no eleven octal digits.
constexpr std::uint64_t kOctalMax = (std::uint64_t{1} << 33) - 1;

using Block = std::array<char, kBlock>;

std::uint64_t padded(std::uint64_t size) {
  return (size + kBlock - 1) / kBlock * kBlock;
}

/// Sum of the header's bytes, its own field taken as spaces.
unsigned checksum_of(const Block& block) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool is_own = i >= kChecksumAt && i < kChecksumAt + 8;
    sum += is_own ? unsigned{' '} : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

void put(Block& block, std::size_t at, std::string_view text) {
  std::memcpy(block.data() + at, text.data(), text.size());
}

Block header_of(const std::string& name, std::uint64_t size) {
  if (name.size() >= kNameBytes) throw storage::StorageError("a snapshot's file name is too long");
  Block block{};
  put(block, 0, name);
  put(block, 100, "0000600");
  put(block, 108, "0000000");
  put(block, 116, "0000000");
  if (size <= kOctalMax) {
    put(block, kSizeAt, fmt::format("{:011o}", size));
  } else {
    // The form of GNU tar: the top bit, then a big-endian number.
    block[kSizeAt] = '\x80';
    for (std::size_t i = 0; i < 8; ++i) {
      block[kSizeAt + kSizeBytes - 1 - i] = static_cast<char>(size >> (8 * i) & 0xFF);
    }
  }
  put(block, 136, "00000000000");
  block[kTypeAt] = '0';
  put(block, 257, std::string_view("ustar\00000", 8));
  put(block, kChecksumAt, fmt::format("{:06o}", checksum_of(block)));
  block[kChecksumAt + 7] = ' ';
  return block;
}

std::uint64_t size_in(const Block& block) {
  std::uint64_t size = 0;
  if ((static_cast<unsigned char>(block[kSizeAt]) & 0x80) != 0) {
    for (std::size_t i = 4; i < kSizeBytes; ++i) {
      size = size << 8 | static_cast<unsigned char>(block[kSizeAt + i]);
    }
    return size;
  }
  for (std::size_t i = 0; i < kSizeBytes; ++i) {
    const char c = block[kSizeAt + i];
    if (c >= '0' && c <= '7') size = size * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return size;
}

Error invalid(std::string_view why) {
  return {"InvalidSnapshot", fmt::format("The archive is not a snapshot: {}.", why), 400};
}

/// Parts of letters, digits, '.', '_' and '-' that do not begin with a dot: no way out of the
/// folder.
bool is_plain(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  while (true) {
    const auto slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part.front() == '.' ||
        part.find_first_not_of(kAllowed) != std::string_view::npos) {
      return false;
    }
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

Result<void> unpack_file(std::ifstream& archive, const fs::path& target, std::uint64_t size) {
  fs::create_directories(target.parent_path());
  if (fs::exists(target)) return invalid("a name occurs twice");
  std::ofstream file(target, std::ios::binary);
  std::string buffer(kCopyBytes, '\0');
  for (std::uint64_t left = size; left > 0;) {
    const auto step = static_cast<std::streamsize>(std::min<std::uint64_t>(left, kCopyBytes));
    if (!archive.read(buffer.data(), step)) return invalid("it is cut off");
    file.write(buffer.data(), step);
    left -= static_cast<std::uint64_t>(step);
  }
  file.close();
  if (!file) throw storage::OutOfSpace("unpacking a snapshot failed");
  archive.ignore(static_cast<std::streamsize>(padded(size) - size));
  return {};
}

}  // namespace

/// The archive is a list of pieces: headers, files, padding.
class TarSource::Implementation {
 public:
  explicit Implementation(const std::string& directory) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      const std::uint64_t size = fs::file_size(path);
      const Block header = header_of(fs::relative(path, directory).string(), size);
      add({std::string(header.data(), header.size()), {}, kBlock});
      add({{}, path.string(), size});
      add({std::string(static_cast<std::size_t>(padded(size) - size), '\0'),
           {},
           padded(size) - size});
    }
    add({std::string(2 * kBlock, '\0'), {}, 2 * kBlock});
  }

  std::uint64_t size_bytes() const { return size_; }

  void seek(std::uint64_t offset) {
    piece_ = 0;
    while (piece_ < pieces_.size() && offset >= pieces_[piece_].size) {
      offset -= pieces_[piece_++].size;
    }
    within_ = offset;
  }

  std::size_t read(char* data, std::size_t size) {
    while (piece_ < pieces_.size() && within_ == pieces_[piece_].size) {
      ++piece_;
      within_ = 0;
    }
    if (piece_ == pieces_.size()) return 0;
    const Piece& piece = pieces_[piece_];
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, piece.size - within_));
    if (piece.path.empty()) {
      std::memcpy(data, piece.bytes.data() + within_, step);
    } else {
      read_file(piece, data, step);
    }
    within_ += step;
    return step;
  }

 private:
  struct Piece {
    std::string bytes;
    std::string path;  ///< Empty: `bytes` are the piece.
    std::uint64_t size = 0;
  };

  void add(Piece piece) {
    size_ += piece.size;
    if (piece.size > 0) pieces_.push_back(std::move(piece));
  }

  void read_file(const Piece& piece, char* data, std::size_t size) {
    if (open_piece_ != piece_) {
      file_ = std::ifstream(piece.path, std::ios::binary);
      file_.seekg(static_cast<std::streamoff>(within_));
      open_piece_ = piece_;
    }
    if (!file_.read(data, static_cast<std::streamsize>(size))) {
      throw storage::StorageError("a snapshot was removed while it was sent");
    }
  }

  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
  std::size_t piece_ = 0;
  std::uint64_t within_ = 0;
  std::size_t open_piece_ = static_cast<std::size_t>(-1);
  std::ifstream file_;
};

TarSource::TarSource(const std::string& directory)
    : implementation_(std::make_unique<Implementation>(directory)) {}

TarSource::~TarSource() = default;

std::uint64_t TarSource::size_bytes() const {
  return implementation_->size_bytes();
}

void TarSource::seek(std::uint64_t offset) {
  implementation_->seek(offset);
}

std::size_t TarSource::read(char* data, std::size_t size) {
  return implementation_->read(data, size);
}

Result<void> unpack_tar(const std::string& archive_path, const std::string& directory) {
  std::ifstream archive(archive_path, std::ios::binary);
  Block block;
  while (archive.read(block.data(), kBlock)) {
    if (std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; })) return {};
    if (size_t parsed = std::strtoul(block.data() + kChecksumAt, nullptr, 8);
        parsed != checksum_of(block)) {
      return invalid("a header is damaged");
    }
    const std::string name(block.data(), strnlen(block.data(), kNameBytes));
    const char type = block[kTypeAt];
    if (type == '5') continue;
    if ((type != '0' && type != '\0') || !is_plain(name)) {
      return invalid("it holds what no snapshot has");
    }
    CUMULITE_TRY(unpack_file(archive, fs::path(directory) / name, size_in(block)));
  }
  return invalid("it is cut off");
}

}  // namespace cumulite::snapshots
