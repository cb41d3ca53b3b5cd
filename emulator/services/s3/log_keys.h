#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Keys of what is noted until it is delivered: records of access logs, and counts of an analysis.
/// They lie among the rows of their bucket and go with it (see keys.h).
namespace cumulite::s3::keys {

/// Prefix of the rows of all buckets.
std::string all_buckets();
/// Name of a bucket from its own row's key; nullopt for the rows beside it.
std::optional<std::string> bucket_of_key(std::string_view key);

/// Prefix of the records of a bucket.
std::string log_records(std::string_view bucket);
std::string log_record(std::string_view bucket, std::uint64_t sequence);

/// Row of what was counted for the analysis of that id.
std::string activity(std::string_view bucket, std::string_view id);

}  // namespace cumulite::s3::keys
