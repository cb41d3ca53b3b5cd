#include "emulator/functions/code/zip_archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <array>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "emulator/functions/runtime/child.h"

namespace cumulite::functions {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0755;

Error bad_zip() {
  return {"InvalidParameterValueException",
          "Could not unzip uploaded file. Please check your file, then try to upload again.", 400};
}

Error too_large() {
  return {"InvalidParameterValueException",
          fmt::format("Unzipped size must be smaller than {} bytes", kUnzippedBytesMax), 400};
}

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

using Archive = std::unique_ptr<zip_t, CloseArchive>;
using EntryFile = std::unique_ptr<zip_file_t, CloseEntry>;

Archive open_archive(std::string_view bytes) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &problem);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &problem);
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&problem);
  return Archive(archive);
}

struct Entry {
  std::string path;  ///< Relative, without "." and ".."; a folder's ends with '/'.
  std::uint64_t size_bytes = 0;
  mode_t mode = 0;  ///< With the type; 0: the archive does not say.

  bool is_folder() const { return path.ends_with('/'); }

  bool is_link() const { return S_ISLNK(mode); }
};

/// A path that stays below the directory that it is appended to.
bool is_inside(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string_view::npos)
    return false;
  for (const auto& part : fs::path(path)) {
    if (part == "..") return false;
  }
  return true;
}

Result<Entry> entry_of(zip_t* archive, zip_uint64_t index) {
  zip_stat_t stat;
  if (zip_stat_index(archive, index, 0, &stat) != 0 || stat.name == nullptr) return bad_zip();
  Entry entry = {.path = stat.name, .size_bytes = stat.size};
  if (!is_inside(entry.path)) return bad_zip();
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(archive, index, 0, &system, &attributes);
  if (system == ZIP_OPSYS_UNIX) entry.mode = static_cast<mode_t>(attributes >> 16);
  return entry;
}

Result<std::string> read_text(zip_t* archive, zip_uint64_t index, const Entry& entry) {
  const EntryFile file(zip_fopen_index(archive, index, 0));
  std::string text(entry.size_bytes, '\0');
  if (file == nullptr ||
      zip_fread(file.get(), text.data(), text.size()) != static_cast<zip_int64_t>(text.size())) {
    return bad_zip();
  }
  return text;
}

/// A link may lead only to what was unpacked with it.
Result<void> write_link(zip_t* archive, zip_uint64_t index, const Entry& entry,
                        const fs::path& place) {
  if (entry.size_bytes > PATH_MAX) return bad_zip();
  CUMULITE_ASSIGN(const auto target, read_text(archive, index, entry));
  const auto reached = (fs::path(entry.path).parent_path() / target).lexically_normal();
  if (!is_inside(reached.string())) return bad_zip();
  std::error_code problem;
  fs::remove(place, problem);
  fs::create_symlink(target, place, problem);
  if (problem) return bad_zip();
  return {};
}

/// The size that the archive announces is not believed: a file ends at the limit.
Result<void> write_file(zip_t* archive, zip_uint64_t index, const Entry& entry,
                        const fs::path& place) {
  const EntryFile file(zip_fopen_index(archive, index, 0));
  const mode_t mode = (entry.mode & 0777) != 0 ? entry.mode & 0777 : kFileMode;
  std::error_code problem;
  fs::remove(place, problem);  // Never write through a link of the archive.
  const Descriptor output(
      ::open(place.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (file == nullptr || !output.open()) return bad_zip();
  std::array<char, kReadBytes> buffer;
  std::uint64_t written = 0;
  for (;;) {
    const auto count = zip_fread(file.get(), buffer.data(), buffer.size());
    if (count < 0) return bad_zip();
    if (count == 0) return {};
    written += static_cast<std::uint64_t>(count);
    if (written > kUnzippedBytesMax) return too_large();
    if (::write(output.get(), buffer.data(), static_cast<std::size_t>(count)) != count)
      return Error{"ServiceException", "There is no room to unpack the code.", 500};
  }
}

}  // namespace

Result<void> check_zip(std::string_view bytes) {
  const auto archive = open_archive(bytes);
  if (archive == nullptr) return bad_zip();
  const auto count = zip_get_num_entries(archive.get(), 0);
  if (count <= 0) {
    return Error{"InvalidParameterValueException", "Uploaded file must be a non-empty zip", 400};
  }
  std::uint64_t size_bytes = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    CUMULITE_ASSIGN(const auto entry, entry_of(archive.get(), static_cast<zip_uint64_t>(i)));
    size_bytes += entry.size_bytes;
    if (size_bytes > kUnzippedBytesMax) return too_large();
  }
  return {};
}

Result<void> unpack_zip(std::string_view bytes, const std::string& directory) {
  const auto archive = open_archive(bytes);
  if (archive == nullptr) return bad_zip();
  const auto count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    CUMULITE_ASSIGN(const auto entry, entry_of(archive.get(), index));
    const auto place = fs::path(directory) / entry.path;
    const auto folder = entry.is_folder() ? place : place.parent_path();
    std::error_code problem;
    fs::create_directories(folder, problem);
    // Through a link of the archive, a folder may lie elsewhere.
    const auto real = fs::weakly_canonical(folder, problem);
    if (problem || !is_inside(real.lexically_relative(fs::canonical(directory)).string()))
      return bad_zip();
    if (entry.is_folder()) {
      ::chmod(place.c_str(), kFolderMode);
      continue;
    }
    CUMULITE_TRY(entry.is_link() ? write_link(archive.get(), index, entry, place)
                                 : write_file(archive.get(), index, entry, place));
  }
  return {};
}

}  // namespace cumulite::functions
