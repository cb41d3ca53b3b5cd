#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/s3.h"
#include "emulator/services/s3/analytics/activity.h"
#include "emulator/services/s3/records/object_record.h"

/// The export of storage class analysis: what a filter's objects hold by class and age, as CSV.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/analytics-storage-class.html
namespace cumulite::s3 {

/// Whether the analysis looks at the object.
bool is_analysed(const api::AnalyticsConfiguration& analytics, std::string_view key,
                 const ObjectRecord& record);

/// Where an analysis is exported to; nullptr: it is kept, and nothing is exported.
const api::AnalyticsS3BucketDestination* export_of(const api::AnalyticsConfiguration& analytics);

/// Objects of one class.
struct ClassStorage {
  struct Group {
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;
  };

  std::array<Group, kAgeGroups> groups;

  void add(const ObjectRecord& record, std::int64_t now_ms);
};

using StorageByClass = std::map<std::string, ClassStorage>;

/// The lines of one day, each group's and the total's, of every class that has objects or was used,
/// and of STANDARD always.
std::string analytics_lines(const api::AnalyticsConfiguration& analytics,
                            const StorageByClass& stored, const Activity& activity,
                            std::int64_t now_ms);

/// `before`, an export with its header or nothing, with the lines of one more day: sorted by class,
/// age group and date, ALL at the end.
std::string merge_analytics(std::string_view before, std::string_view lines);

}  // namespace cumulite::s3
