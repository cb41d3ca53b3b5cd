#include "emulator/services/s3/analytics/report.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <tuple>
#include <vector>

#include <fmt/format.h>

namespace cumulite::s3 {

namespace {

constexpr std::string_view kColumnsOfAnalytics =
    "Date,ConfigId,Filter,StorageClass,ObjectAge,ObjectCount,DataUploaded_MB,Storage_MB,"
    "DataRetrieved_MB,GetRequestCount,CumulativeAccessRatio,ObjectAgeForSIATransition,"
    "RecommendedObjectAgeForSIATransition";
constexpr std::string_view kAges[] = {"000-014", "015-029", "030-044", "045-059", "060-074",
                                      "075-089", "090-119", "120-149", "150-179", "180-364",
                                      "365-729", "730+",    "ALL"};
static_assert(std::size(kAges) == kAgeGroups);
constexpr std::string_view kAnalysedClass = "STANDARD";

bool has_all_tags(const ObjectRecord& record, const std::vector<api::Tag>& tags) {
  return std::all_of(tags.begin(), tags.end(), [&](const api::Tag& tag) {
    const std::pair wanted(tag.Key.value_or(""), tag.Value.value_or(""));
    return std::find(record.tags.begin(), record.tags.end(), wanted) != record.tags.end();
  });
}

/// A field of CSV, in quotes where it has to be.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted_text = "\"";
  for (const char c : text) {
    if (c == '"') quoted_text += '"';
    quoted_text += c;
  }
  return quoted_text + '"';
}

std::string filter_text(const api::AnalyticsConfiguration& analytics) {
  std::string text;
  const auto add_tag = [&](const api::Tag& tag) {
    text += (text.empty() ? "" : ";") + tag.Key.value_or("") + "=" + tag.Value.value_or("");
  };
  if (!analytics.Filter) return text;
  const auto& filter = *analytics.Filter;
  text = filter.Prefix.value_or(filter.And ? filter.And->Prefix.value_or("") : "");
  if (filter.Tag) add_tag(*filter.Tag);
  if (filter.And && filter.And->Tags) {
    for (const api::Tag& tag : *filter.And->Tags) add_tag(tag);
  }
  return text;
}

/// "11-22-2026"
std::string american_date(std::int64_t ms) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms))));
  return fmt::format("{:02}-{:02}-{:04}", static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), static_cast<int>(date.year()));
}

/// Up to six decimals, without trailing zeros.
std::string decimal(double value) {
  std::string text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string megabytes(std::uint64_t bytes) {
  return decimal(static_cast<double>(bytes) / (1024.0 * 1024.0));
}

/// How much was read of what is as old as the group or older.
std::string access_ratio(const ClassStorage& stored, const ClassActivity& activity,
                         std::size_t group) {
  const std::size_t end = group == kAllAges ? kAgeGroups : kAllAges;
  std::uint64_t bytes = 0;
  std::uint64_t retrieved = 0;
  for (std::size_t i = group; i < end; ++i) {
    bytes += stored.groups[i].bytes;
    retrieved += activity.groups[i].retrieved_bytes;
  }
  if (bytes == 0) return {};
  return decimal(static_cast<double>(retrieved) / static_cast<double>(bytes));
}

/// What lines are sorted by: class, age group and day. Names of filters may hold commas, so these
/// are found from the fields before and behind them.
std::tuple<std::string, std::string, std::string> order_of(const std::string& line) {
  // "11-22-2026,id,filter,STANDARD,000-014,<eight fields>"
  std::size_t end = line.size();
  for (int i = 0; i < 8; ++i) end = line.rfind(',', end - 1);
  const std::size_t age = line.rfind(',', end - 1);
  const std::size_t kind = line.rfind(',', age - 1);
  const std::string date = line.substr(6, 4) + line.substr(0, 5);
  return {line.substr(kind + 1, age - kind - 1), line.substr(age + 1, end - age - 1), date};
}

void append_lines(std::string_view text, std::vector<std::string>& lines) {
  // The shortest line that has a date and thirteen fields; anything else is not ours.
  constexpr std::size_t kShortest = 22;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const bool fields = std::count(line.begin(), line.end(), ',') >= 12;
    if (fields && line.size() >= kShortest && line != kColumnsOfAnalytics) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

bool is_analysed(const api::AnalyticsConfiguration& analytics, std::string_view key,
                 const ObjectRecord& record) {
  if (!analytics.Filter) return true;
  const auto& filter = *analytics.Filter;
  if (filter.Prefix && !key.starts_with(*filter.Prefix)) return false;
  if (filter.Tag && !has_all_tags(record, {*filter.Tag})) return false;
  if (!filter.And) return true;
  if (filter.And->Prefix && !key.starts_with(*filter.And->Prefix)) return false;
  return !filter.And->Tags || has_all_tags(record, *filter.And->Tags);
}

const api::AnalyticsS3BucketDestination* export_of(const api::AnalyticsConfiguration& analytics) {
  const auto& analysis = analytics.StorageClassAnalysis;
  if (!analysis || !analysis->DataExport || !analysis->DataExport->Destination) return nullptr;
  const auto& destination = analysis->DataExport->Destination->S3BucketDestination;
  return destination && destination->Bucket ? &*destination : nullptr;
}

void ClassStorage::add(const ObjectRecord& record, std::int64_t now_ms) {
  const auto add_to = [&](std::size_t group) {
    ++groups[group].objects;
    groups[group].bytes += record.size_bytes;
  };
  add_to(kAllAges);
  const std::size_t age = age_group(now_ms - record.modified_ms, record.size_bytes);
  if (age != kAllAges) add_to(age);
}

std::string analytics_lines(const api::AnalyticsConfiguration& analytics,
                            const StorageByClass& stored, const Activity& activity,
                            std::int64_t now_ms) {
  StorageByClass classes = stored;
  classes[std::string(kAnalysedClass)];
  for (const auto& [storage_class, counts] : activity) classes[storage_class];
  const std::string head = american_date(now_ms) + ',' + field(analytics.Id.value_or("")) + ',' +
                           field(filter_text(analytics));
  std::string lines;
  for (const auto& [storage_class, held] : classes) {
    const auto used = activity.find(storage_class);
    const ClassActivity counts = used == activity.end() ? ClassActivity() : used->second;
    for (std::size_t i = 0; i < kAgeGroups; ++i) {
      lines +=
          fmt::format("{},{},{},{},{},{},{},{},{},,\n", head, storage_class, kAges[i],
                      held.groups[i].objects, megabytes(counts.groups[i].uploaded_bytes),
                      megabytes(held.groups[i].bytes), megabytes(counts.groups[i].retrieved_bytes),
                      counts.groups[i].gets, access_ratio(held, counts, i));
    }
  }
  return lines;
}

std::string merge_analytics(std::string_view before, std::string_view lines) {
  std::vector<std::string> all;
  append_lines(before, all);
  append_lines(lines, all);
  std::stable_sort(all.begin(), all.end(), [](const std::string& a, const std::string& b) {
    return order_of(a) < order_of(b);
  });
  std::string text(kColumnsOfAnalytics);
  text += '\n';
  for (const std::string& line : all) text += line + '\n';
  return text;
}

}  // namespace cumulite::s3
