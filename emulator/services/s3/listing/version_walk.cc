#include "emulator/services/s3/listing/version_walk.h"

#include "emulator/core/spaces.h"
#include "emulator/services/s3/keys.h"
#include "emulator/services/s3/listing/walk.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using keys::Type;

constexpr std::size_t kPageRows = 250;

keys::Parsed parse_row(const storage::KeyValue& row, std::string_view rows) {
  auto parsed = keys::parse(row.key, rows);
  if (!parsed) throw storage::StorageError("an S3 version's key is corrupt");
  return std::move(*parsed);
}

}  // namespace

VersionWalk::VersionWalk(const storage::Reader& reader, const BucketRecord& bucket,
                         std::string_view prefix)
    : reader_(reader), bucket_(bucket.name) {
  current_.rows = keys::rows(bucket_, Type::kCurrent);
  older_.rows = keys::rows(bucket_, Type::kVersion);
  current_.end = behind(current_.rows, prefix);
  older_.end = behind(older_.rows, prefix);
  current_.from = keys::seek(bucket_, Type::kCurrent, prefix);
  older_.from = keys::seek(bucket_, Type::kVersion, prefix);
  // A bucket that never had versioning has no older rows to look for.
  older_.more = bucket.versioning != Versioning::kOff;
}

void VersionWalk::seek(Side& side, std::string from) {
  if (from <= side.from && side.page.empty()) return;
  while (side.at < side.page.size() && side.page[side.at].key < from) ++side.at;
  if (side.at == side.page.size() && from > side.from) side.from = std::move(from);
}

void VersionWalk::skip_key(std::string_view key) {
  seek(current_, storage::prefix_end(keys::object(bucket_, Type::kCurrent, key)));
  seek(older_, storage::prefix_end(keys::object(bucket_, Type::kVersion, key)));
}

void VersionWalk::skip_version(std::string_view key, std::uint64_t sequence) {
  // The current version is the newest, unless those above it were deleted since.
  const std::string row = keys::object(bucket_, Type::kCurrent, key);
  const auto current = reader_.get(spaces::kS3Objects, row);
  if (!current || ObjectRecord::decode(*current).sequence >= sequence) {
    seek(current_, storage::prefix_end(row));
    latest_key_ = key;
    any_given_ = true;
  } else {
    seek(current_, row);
  }
  seek(older_, keys::version(bucket_, key, sequence) + '\0');
}

void VersionWalk::skip_prefix(std::string_view prefix) {
  seek(current_, behind(current_.rows, prefix));
  seek(older_, behind(older_.rows, prefix));
}

const storage::KeyValue* VersionWalk::peek(Side& side) {
  while (side.at == side.page.size()) {
    if (!side.more || side.from >= side.end) return nullptr;
    auto page = reader_.range(spaces::kS3Objects, side.from, side.end, {.limit = kPageRows});
    side.more = page.more;
    side.page = std::move(page.rows);
    side.at = 0;
    if (!side.page.empty()) side.from = side.page.back().key + '\0';
  }
  return &side.page[side.at];
}

std::optional<ListedVersion> VersionWalk::next() {
  const storage::KeyValue* older = peek(older_);
  while (older != nullptr && !keys::sequence_of(parse_row(*older, older_.rows).rest)) {
    ++older_.at;  // The pointer to the null version is no version.
    older = peek(older_);
  }
  const storage::KeyValue* current = peek(current_);
  if (current == nullptr && older == nullptr) return std::nullopt;
  std::string current_key = current != nullptr ? parse_row(*current, current_.rows).key : "";
  std::string older_key = older != nullptr ? parse_row(*older, older_.rows).key : "";
  const bool takes_current = current != nullptr && (older == nullptr || current_key <= older_key);
  Side& side = takes_current ? current_ : older_;
  ListedVersion listed{takes_current ? std::move(current_key) : std::move(older_key),
                       ObjectRecord::decode(side.page[side.at].value), false};
  ++side.at;
  listed.latest = !any_given_ || latest_key_ != listed.key;
  latest_key_ = listed.key;
  any_given_ = true;
  return listed;
}

}  // namespace cumulite::s3
