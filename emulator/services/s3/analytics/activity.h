#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

/// What was done with the objects of an analysis since its last export.
namespace cumulite::s3 {

/// The twelve ages that an analysis tells apart, and ALL, which has small objects too.
inline constexpr std::size_t kAgeGroups = 13;
inline constexpr std::size_t kAllAges = kAgeGroups - 1;

/// Group of an object of that age and size; kAllAges: it is too small to be in another one.
std::size_t age_group(std::int64_t age_ms, std::uint64_t size_bytes);

struct ClassActivity {
  struct Group {
    std::uint64_t gets = 0;
    std::uint64_t retrieved_bytes = 0;
    std::uint64_t uploaded_bytes = 0;
  };

  std::array<Group, kAgeGroups> groups;
};

using Activity = std::map<std::string, ClassActivity>;

/// After an answer was made: counts reads and writes of objects that an exporting analysis of the
/// bucket looks at. Like S3's own counts these are best effort.
void count_activity(Context& ctx);

/// The counts of an analysis, which begin anew; the transaction holds the bucket.
Activity take_activity(storage::Txn& txn, const std::string& bucket, const std::string& id);

}  // namespace cumulite::s3
