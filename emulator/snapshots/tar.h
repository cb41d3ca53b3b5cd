#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "protocol/http/response.h"
#include "protocol/result.h"

/// Snapshots as tar archives (ustar), which any tool opens.
namespace cumulite::snapshots {

/// The regular files below `directory` as one archive, read from the disk while it is sent.
class TarSource final : public http::BodySource {
 public:
  explicit TarSource(const std::string& directory);
  ~TarSource() override;

  std::uint64_t size_bytes() const;
  /// The next read starts there; before the first one.
  void seek(std::uint64_t offset);
  std::size_t read(char* data, std::size_t size) override;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Unpacks the archive below `directory`. Refuses names that are not made of plain parts, links,
/// devices, and what is cut off. Error: InvalidSnapshot.
Result<void> unpack_tar(const std::string& archive_path, const std::string& directory);

}  // namespace cumulite::snapshots
