#include "emulator/services/s3/listing/walk.h"

#include <algorithm>

#include "emulator/core/spaces.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/keys.h"
#include "protocol/http/request.h"
#include "storage/kv/key_codec.h"

namespace cumulite::s3 {

namespace {

using keys::Type;

constexpr std::size_t kWalkPageMax = 1000;

/// Where the walk begins: at the prefix, or behind what was shown before.
std::string first_row(const BucketRecord& bucket, const ListAsked& asked) {
  std::string from = keys::seek(bucket.name, Type::kCurrent, asked.prefix);
  if (asked.after.empty()) return from;
  const auto shown = common_prefix_of(asked.after, asked.prefix, asked.delimiter);
  const std::string rows = keys::rows(bucket.name, Type::kCurrent);
  const bool passed = shown && (asked.passes_prefix || *shown == asked.after);
  std::string start =
      passed ? behind(rows, *shown) : keys::object(bucket.name, Type::kCurrent, asked.after) + '\0';
  return std::max(from, start);
}

}  // namespace

std::optional<std::string> common_prefix_of(std::string_view key, std::string_view prefix,
                                            std::string_view delimiter) {
  if (delimiter.empty() || !key.starts_with(prefix)) return std::nullopt;
  const std::size_t found = key.find(delimiter, prefix.size());
  if (found == std::string_view::npos) return std::nullopt;
  return std::string(key.substr(0, found + delimiter.size()));
}

std::string behind(std::string_view rows_prefix, std::string_view prefix) {
  std::string part;
  storage::append_part(part, prefix);
  part.resize(part.size() - 2);
  return storage::prefix_end(std::string(rows_prefix) + part);
}

Listing list_current(const storage::Reader& reader, const BucketRecord& bucket,
                     const ListAsked& asked) {
  Listing listing;
  if (asked.limit == 0) return listing;
  const std::string rows = keys::rows(bucket.name, Type::kCurrent);
  const std::string end = behind(rows, asked.prefix);
  std::string from = first_row(bucket, asked);
  std::size_t shown = 0;
  for (bool more = true; more;) {
    const auto page =
        reader.range(spaces::kS3Objects, from, end, {.limit = asked.limit - shown + 1});
    more = page.more;
    for (const auto& row : page.rows) {
      auto parsed = keys::parse(row.key, rows);
      if (!parsed) throw storage::StorageError("an S3 object's key is corrupt");
      // Rows of a common prefix that this page already went behind.
      if (row.key < from) continue;
      if (shown == asked.limit) {
        listing.truncated = true;
        return listing;
      }
      ++shown;
      if (auto common = common_prefix_of(parsed->key, asked.prefix, asked.delimiter)) {
        from = behind(rows, *common);
        more = more || page.rows.back().key >= from;
        listing.last = *common;
        listing.common_prefixes.push_back(std::move(*common));
      } else {
        from = row.key + '\0';
        listing.last = parsed->key;
        listing.objects.push_back({std::move(parsed->key), ObjectRecord::decode(row.value)});
      }
    }
    if (from >= end) break;
  }
  return listing;
}

Result<bool> wants_url_encoding(const std::optional<std::string>& encoding_type) {
  if (!encoding_type) return false;
  if (*encoding_type == "url") return true;
  return errors::invalid_argument("Invalid Encoding Method specified in Request", "encoding-type",
                                  *encoding_type);
}

std::string encode_if(bool url, std::string_view text) {
  return url ? http::percent_encode(text, true) : std::string(text);
}

Result<std::size_t> page_limit(const std::optional<std::int32_t>& asked, std::string_view name) {
  if (!asked) return kWalkPageMax;
  if (*asked < 0) {
    return errors::invalid_argument(
        "Argument " + std::string(name) + " must be an integer between 0 and 2147483647", name,
        std::to_string(*asked));
  }
  return std::min(static_cast<std::size_t>(*asked), kWalkPageMax);
}

}  // namespace cumulite::s3
