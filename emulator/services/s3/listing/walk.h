#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

/// Listings of keys with prefix and delimiter. A page costs what it shows: common prefixes are
/// skipped by seeking behind them.
namespace cumulite::s3 {

struct ListAsked {
  std::string prefix;
  std::string delimiter;
  std::string after;  ///< Keys and common prefixes up to and including this are not shown.
  std::size_t limit = 1000;
  /// A common prefix in which `after` lies counts as shown. Only tokens and start-after do not.
  bool passes_prefix = false;
};

struct ListedObject {
  std::string key;
  ObjectRecord record;
};

struct Listing {
  std::vector<ListedObject> objects;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string last;  ///< Last key or common prefix shown: where the next page goes on.
};

/// Current versions.
Listing list_current(const storage::Reader& reader, const BucketRecord& bucket,
                     const ListAsked& asked);

/// The common prefix of a key: up to the first delimiter after the asked prefix; nullopt if none.
std::optional<std::string> common_prefix_of(std::string_view key, std::string_view prefix,
                                            std::string_view delimiter);

/// Row key behind everything that begins with `prefix`.
std::string behind(std::string_view rows_prefix, std::string_view prefix);

/// Error: InvalidArgument unless it is absent or "url".
Result<bool> wants_url_encoding(const std::optional<std::string>& encoding_type);
/// `text`, percent-encoded if the client asked so.
std::string encode_if(bool url, std::string_view text);

/// Error: InvalidArgument outside 0 to 2^31-1. Values above 1,000 are served as 1,000.
Result<std::size_t> page_limit(const std::optional<std::int32_t>& asked, std::string_view name);

}  // namespace cumulite::s3
