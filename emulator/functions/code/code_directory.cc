#include "emulator/functions/code/code_directory.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "emulator/functions/code/zip_archive.h"

namespace cumulite::functions {

namespace fs = std::filesystem;

CodeDirectory::~CodeDirectory() {
  std::error_code ignored;
  if (is_owned_) fs::remove_all(path_, ignored);
}

CodeCache::CodeCache(std::string folder) : folder_(std::move(folder)) {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Result<CodeDirectoryPtr> CodeCache::unpack(
    const std::string& id, const std::function<Result<std::vector<std::string>>()>& read) {
  const std::lock_guard lock(mutex_);
  if (auto known = known_[id].lock()) return known;
  std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  CUMULITE_ASSIGN(const auto archives, read());
  // A number, not the id: the directory of an earlier use may be on its way out.
  const auto path = fmt::format("{}/{}", folder_, ++made_);
  const auto directory = std::make_shared<const CodeDirectory>(path, true);
  fs::create_directories(path);
  for (const auto& archive : archives) CUMULITE_TRY(unpack_zip(archive, path));
  known_[id] = directory;
  return CodeDirectoryPtr(directory);
}

std::string CodeCache::write_file(std::string_view name, std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto path = fmt::format("{}/{}", folder_, name);
  fs::create_directories(folder_);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  return path;
}

}  // namespace cumulite::functions
