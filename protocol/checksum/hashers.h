#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocol/checksum/checksum.h"

/// The makers behind make_hasher, one a family of algorithms. Only this folder includes it.
namespace cumulite::checksum {

/// kMd5, kSha1, kSha256, kSha512, by OpenSSL.
std::unique_ptr<Hasher> make_evp_hasher(Algorithm algorithm);
/// One of those over bytes at hand, with a context that the thread keeps: no allocation but the
/// result.
std::string evp_digest(Algorithm algorithm, std::string_view bytes);
/// kCrc32, kCrc32c, kCrc64Nvme.
std::unique_ptr<Hasher> make_crc_hasher(Algorithm algorithm);
/// kXxhash64, kXxhash3, kXxhash128.
std::unique_ptr<Hasher> make_xxhash_hasher(Algorithm algorithm);
/// kTreeHash.
std::unique_ptr<Hasher> make_tree_hasher();

}  // namespace cumulite::checksum
