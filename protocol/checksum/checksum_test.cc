#include "protocol/checksum/checksum.h"

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/checksum/crc.h"

namespace cumulite::checksum {
namespace {

/// Bytes that repeat in no period of the sizes used here; the tree hash values below were made by
/// botocore over the same formula.
std::string sample_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>((i * 131 + (i >> 8) * 7 + (i >> 16) * 13) & 255);
  }
  return bytes;
}

std::vector<Algorithm> all_algorithms() {
  std::vector<Algorithm> algorithms;
  for (std::size_t i = 0; i < kAlgorithmCount; ++i) algorithms.push_back(static_cast<Algorithm>(i));
  return algorithms;
}

constexpr Algorithm kCrcs[] = {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64Nvme};

// The check values of the CRC catalogue, of RFC 1321, FIPS 180-4 and of the xxHash specification.
TEST(Checksum, AnswersTheKnownValues) {
  const std::string nine = "123456789";
  const std::vector<std::tuple<Algorithm, std::string, std::string>> known = {
      {Algorithm::kCrc32, nine, "cbf43926"},
      {Algorithm::kCrc32c, nine, "e3069283"},
      {Algorithm::kCrc64Nvme, nine, "ae8b14860a799888"},
      {Algorithm::kMd5, nine, "25f9e794323b453885f5181f1b624d0b"},
      {Algorithm::kSha1, nine, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
      {Algorithm::kSha256, nine,
       "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"},
      {Algorithm::kSha512, nine,
       "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a"
       "d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85"},
      {Algorithm::kXxhash64, "", "ef46db3751d8e999"},
      {Algorithm::kXxhash64, "abc", "44bc2cf5ad770999"},
      {Algorithm::kXxhash3, "", "2d06800538d394c2"},
      {Algorithm::kXxhash3, "abc", "78af5f94892f3950"},
      {Algorithm::kXxhash128, "", "99aa06d3014798d86001c324468d497f"},
      {Algorithm::kXxhash128, "abc", "06b05ab6733a618578af5f94892f3950"},
  };
  for (const auto& [algorithm, text, expected] : known) {
    EXPECT_EQ(hex(digest(algorithm, text)), expected) << algorithm_name(algorithm);
  }
}

// A body arrives in pieces of any size: the digest must not depend on where they are cut.
TEST(Checksum, DoesNotDependOnThePieces) {
  const std::string bytes = sample_bytes(300'001);
  for (const Algorithm algorithm : all_algorithms()) {
    const auto hasher = make_hasher(algorithm);
    std::size_t piece_size = 0;
    for (std::size_t at = 0; at < bytes.size(); at += piece_size) {
      piece_size = (at * 7 + 1) % 4099 + 1;
      hasher->update(std::string_view(bytes).substr(at, piece_size));
    }
    EXPECT_EQ(hasher->finish(), digest(algorithm, bytes)) << algorithm_name(algorithm);
  }
}

TEST(Checksum, DigestsHaveTheAnnouncedSize) {
  for (const Algorithm algorithm : all_algorithms()) {
    EXPECT_EQ(digest(algorithm, "").size(), digest_size(algorithm)) << algorithm_name(algorithm);
  }
}

// The folding code and the tables are two ways to one value; lengths around each block size matter.
TEST(Checksum, Crc64NvmeIsTheSameByTableAndByMultiplication) {
  const std::string bytes = sample_bytes(4096);
  for (std::size_t size = 0; size < 700; ++size) {
    const auto piece = std::string_view(bytes).substr(size % 17, size);
    ASSERT_EQ(crc64nvme(size, piece), crc64nvme_by_table(size, piece)) << size;
  }
}

// S3 makes the full-object checksum of a multipart upload from the checksums of its parts.
TEST(Checksum, CombinedCrcIsThatOfTheConcatenation) {
  const std::string bytes = sample_bytes(100'003);
  for (const Algorithm algorithm : kCrcs) {
    for (const std::size_t cut : {0UL, 1UL, 63UL, 50'000UL, 100'002UL, 100'003UL}) {
      const std::string first = bytes.substr(0, cut);
      const std::string second = bytes.substr(cut);
      const std::string combined = combine_crc(algorithm, digest(algorithm, first),
                                               digest(algorithm, second), second.size());
      EXPECT_EQ(combined, digest(algorithm, bytes)) << algorithm_name(algorithm) << " at " << cut;
    }
  }
}

// Parts go up to 5 GiB: the length must not be cut to 32 bits anywhere in the arithmetic.
TEST(Checksum, CombinesBeyond32BitLengths) {
  const std::uint64_t half = 3ULL << 31;
  for (const Algorithm algorithm : kCrcs) {
    const std::string first = digest(algorithm, "first");
    const std::string zero(digest_size(algorithm), '\0');
    const std::string twice =
        combine_crc(algorithm, combine_crc(algorithm, first, zero, half), zero, half);
    EXPECT_EQ(twice, combine_crc(algorithm, first, zero, 2 * half));
    EXPECT_NE(twice, combine_crc(algorithm, first, zero, (2 * half) & 0xFFFF'FFFF));
  }
}

// Values of botocore.utils.calculate_tree_hash: odd leaves are carried up, not hashed again.
TEST(Checksum, TreeHashAgreesWithBotocore) {
  constexpr std::size_t kMib = 1024 * 1024;
  const std::vector<std::pair<std::size_t, std::string>> known = {
      {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {kMib - 1, "cb13ccd96a6c46aa081df0b8d139b7d049fcd394d0a21b1a8cef562b68b62387"},
      {kMib, "ecefef2ce75f2ed35654199c4017abdaa2a759ae6bdde474ef8ae9431cd423e2"},
      {kMib + 1, "910ce92c17ecf56961d2f38962389fa98ae9e7b3fcc427a8b1a0f52d1ad30f74"},
      {2 * kMib, "abee68bae83a3b3e8b0a0f0cb87b6a460e639dc8280aaf6288b2fd3fc1fba879"},
      {3 * kMib + 5, "48b383c1530ab7b5e563897baf2bd773b5e87f5eb561853546adac7eea2ca9f0"},
      {5 * kMib + 17, "76e18ffa2517167e71a7c82738ae764302893cca0fa3213ae07754db7e152a3c"},
      {7 * kMib, "ee9ea92148e994e7e6690461e9564b679ee78548723421a51802403cb79ab545"},
  };
  for (const auto& [size, expected] : known) {
    EXPECT_EQ(hex(digest(Algorithm::kTreeHash, sample_bytes(size))), expected) << size;
  }
}

// Glacier checks a whole archive from the hashes of its parts: sub-trees must join to the same
// root.
TEST(Checksum, TreeHashOfAlignedPartsIsThatOfTheWhole) {
  constexpr std::size_t kMib = 1024 * 1024;
  const std::string bytes = sample_bytes(7 * kMib + 3);
  std::string parts;
  for (std::size_t at = 0; at < bytes.size(); at += 2 * kMib) {
    parts += digest(Algorithm::kTreeHash, std::string_view(bytes).substr(at, 2 * kMib));
  }
  EXPECT_EQ(tree_hash_root(parts), digest(Algorithm::kTreeHash, bytes));
}

TEST(Checksum, NamesAreReadInAnyCase) {
  EXPECT_EQ(algorithm_by_name("crc64nvme"), Algorithm::kCrc64Nvme);
  EXPECT_EQ(algorithm_by_name("SHA256"), Algorithm::kSha256);
  EXPECT_EQ(algorithm_by_name("XXHash128"), Algorithm::kXxhash128);
  EXPECT_EQ(algorithm_by_name("CRC16"), std::nullopt);
  EXPECT_EQ(algorithm_by_name(""), std::nullopt);
  EXPECT_EQ(algorithm_by_name("TREEHASH"), std::nullopt);
}

TEST(Checksum, HexGoesBothWays) {
  EXPECT_EQ(hex(std::string_view("\x00\xFF\x1a", 3)), "00ff1a");
  EXPECT_EQ(from_hex("00Ff1A"), std::string("\x00\xFF\x1a", 3));
  EXPECT_EQ(from_hex("abc"), std::nullopt);
  EXPECT_EQ(from_hex("0g"), std::nullopt);
}

}  // namespace
}  // namespace cumulite::checksum
