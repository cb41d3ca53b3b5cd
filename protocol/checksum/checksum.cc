#include "protocol/checksum/checksum.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "protocol/checksum/hashers.h"

namespace cumulite::checksum {
namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  std::size_t digest_size_bytes;
};

/// In the order of the enumeration, which indexes it.
constexpr std::array<Row, kAlgorithmCount> kRows = {{
    {Algorithm::kMd5, "MD5", 16},
    {Algorithm::kSha1, "SHA1", 20},
    {Algorithm::kSha256, "SHA256", 32},
    {Algorithm::kSha512, "SHA512", 64},
    {Algorithm::kCrc32, "CRC32", 4},
    {Algorithm::kCrc32c, "CRC32C", 4},
    {Algorithm::kCrc64Nvme, "CRC64NVME", 8},
    {Algorithm::kXxhash64, "XXHASH64", 8},
    {Algorithm::kXxhash3, "XXHASH3", 8},
    {Algorithm::kXxhash128, "XXHASH128", 16},
    {Algorithm::kTreeHash, "TREEHASH", 32},
}};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].algorithm) != i) return false;
  }
  return true;
}

static_assert(rows_are_in_order());

const Row& row(Algorithm algorithm) {
  return kRows[static_cast<std::size_t>(algorithm)];
}

bool equals_upper(std::string_view text, std::string_view upper) {
  const auto same = [](char left, char right) {
    return (left >= 'a' && left <= 'z' ? static_cast<char>(left - 'a' + 'A') : left) == right;
  };
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), same);
}

}  // namespace

std::unique_ptr<Hasher> make_hasher(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kMd5:
    case Algorithm::kSha1:
    case Algorithm::kSha256:
    case Algorithm::kSha512:
      return make_evp_hasher(algorithm);
    case Algorithm::kCrc32:
    case Algorithm::kCrc32c:
    case Algorithm::kCrc64Nvme:
      return make_crc_hasher(algorithm);
    case Algorithm::kXxhash64:
    case Algorithm::kXxhash3:
    case Algorithm::kXxhash128:
      return make_xxhash_hasher(algorithm);
    case Algorithm::kTreeHash:
      return make_tree_hasher();
  }
  std::abort();
}

std::string digest(Algorithm algorithm, std::string_view bytes) {
  if (algorithm <= Algorithm::kSha512) return evp_digest(algorithm, bytes);
  const auto hasher = make_hasher(algorithm);
  hasher->update(bytes);
  return hasher->finish();
}

std::size_t digest_size(Algorithm algorithm) {
  return row(algorithm).digest_size_bytes;
}

std::optional<Algorithm> algorithm_by_name(std::string_view name) {
  for (const Row& candidate : kRows) {
    // The tree hash is no algorithm of S3: it has no name that a request could give.
    if (candidate.algorithm == Algorithm::kTreeHash) continue;
    if (equals_upper(name, candidate.name)) return candidate.algorithm;
  }
  return std::nullopt;
}

std::string_view algorithm_name(Algorithm algorithm) {
  return row(algorithm).name;
}

}  // namespace cumulite::checksum
