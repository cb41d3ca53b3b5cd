#include <cassert>
#include <memory>
#include <string>

#include "protocol/checksum/hashers.h"

namespace cumulite::checksum {
namespace {

constexpr std::size_t kLeafBytes = 1024 * 1024;
constexpr std::size_t kNodeBytes = 32;

/// Hashes leaf by leaf and keeps only their digests: 32 bytes for each MiB.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html
class TreeHasher final : public Hasher {
 public:
  void update(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kLeafBytes - leaf_size_bytes_);
      leaf_->update(piece);
      leaf_size_bytes_ += piece.size();
      bytes.remove_prefix(piece.size());
      if (leaf_size_bytes_ == kLeafBytes) end_leaf();
    }
  }

  std::string finish() override {
    // No bytes at all are one empty leaf; a full last leaf is not followed by an empty one.
    if (leaf_size_bytes_ > 0 || leaves_.empty()) end_leaf();
    return tree_hash_root(leaves_);
  }

 private:
  void end_leaf() {
    leaves_ += leaf_->finish();
    leaf_ = make_evp_hasher(Algorithm::kSha256);
    leaf_size_bytes_ = 0;
  }

  std::unique_ptr<Hasher> leaf_ = make_evp_hasher(Algorithm::kSha256);
  std::size_t leaf_size_bytes_ = 0;
  std::string leaves_;
};

}  // namespace

std::string tree_hash_root(std::string_view leaves) {
  assert(!leaves.empty() && leaves.size() % kNodeBytes == 0);
  std::string level(leaves);
  while (level.size() > kNodeBytes) {
    std::string parents;
    for (std::size_t at = 0; at < level.size(); at += 2 * kNodeBytes) {
      const std::string_view pair = std::string_view(level).substr(at, 2 * kNodeBytes);
      // A node without a sibling moves up as it is.
      parents +=
          pair.size() == kNodeBytes ? std::string(pair) : evp_digest(Algorithm::kSha256, pair);
    }
    level = std::move(parents);
  }
  return level;
}

std::unique_ptr<Hasher> make_tree_hasher() {
  return std::make_unique<TreeHasher>();
}

}  // namespace cumulite::checksum
