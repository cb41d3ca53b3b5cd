#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/checksum/checksum.h"
#include "storage/blob/blob_store.h"

namespace cumulite {

/// Which digests a streaming operation wants of its body; the payload hash that the signature names
/// is computed anyway.
struct BodyPlan {
  std::vector<checksum::Algorithm> digests = {};
  std::uint64_t bytes_max = std::uint64_t{5} << 30;
};

/// A streamed request body, already decoded (aws-chunked), verified against its signatures, spooled
/// and hashed when the handler sees it.
struct ReceivedBody {
  std::unique_ptr<storage::Spool> spool;
  std::vector<std::pair<checksum::Algorithm, std::string>> digests = {};  ///< Raw.
  std::vector<std::pair<std::string, std::string>> trailers = {};         ///< Lower-case names.

  std::uint64_t size_bytes() const { return spool ? spool->size_bytes() : 0; }

  /// Raw digest, or nullopt if it was not planned.
  std::optional<std::string> digest(checksum::Algorithm algorithm) const {
    for (const auto& [name, value] : digests) {
      if (name == algorithm) return value;
    }
    return std::nullopt;
  }
};

}  // namespace cumulite
