#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cumulite::storage {

/// An open file; closed when destroyed. Errors throw: OutOfSpace when the disk or quota is full,
/// else StorageError with the path and the system's reason.
class File {
 public:
  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  /// Makes a file that must not exist yet, readable by the owner only.
  static File create(const std::string& path);
  /// Opens for reading; an unopened File if there is none.
  static File open_if_exists(const std::string& path);

  bool is_open() const { return descriptor_ >= 0; }

  /// At the end of what was written. After a failure the file's length is unknown.
  void write_all(std::string_view bytes);
  /// As many bytes as there are from `offset`, at most `size`.
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const;
  std::uint64_t size_bytes() const;
  /// Returns when the bytes and the length are on the disk.
  void sync();

 private:
  explicit File(int descriptor, std::string path);

  int descriptor_ = -1;
  std::string path_;
};

/// Throws what errno says of `doing` on `path`.
[[noreturn]] void throw_system_error(int error, std::string_view doing, const std::string& path);

}  // namespace cumulite::storage
