#include "emulator/services/glacier/job/parameters.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/glacier/archive/archives.h"
#include "emulator/services/glacier/due.h"
#include "emulator/services/glacier/errors.h"
#include "emulator/services/glacier/ids.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::glacier {

namespace {

/// https://docs.aws.amazon.com/amazonglacier/latest/dev/downloading-an-archive-two-steps.html
struct Tier {
  std::string_view name;
  std::int64_t shortest_ms;
  std::int64_t longest_ms;
};

constexpr std::string_view kExpedited = "Expedited";
constexpr Tier kTiers[] = {{kExpedited, kMinuteMs, 5 * kMinuteMs},
                           {"Standard", 3 * kHourMs, 5 * kHourMs},
                           {"Bulk", 5 * kHourMs, 12 * kHourMs}};

const Tier& tier_by_name(std::string_view name) {
  for (const Tier& tier : kTiers) {
    if (tier.name == name) return tier;
  }
  return kTiers[1];
}

bool is_tier(std::string_view name) {
  return tier_by_name(name).name == name;
}

Result<void> read_archive_job(const api::JobParameters& parameters,
                              api::GlacierJobDescription& description) {
  if (!parameters.ArchiveId) return errors::missing("ArchiveId");
  if (parameters.Format) return errors::invalid_value("Format", *parameters.Format);
  description.Action = "ArchiveRetrieval";
  description.ArchiveId = parameters.ArchiveId;
  description.Tier = parameters.Tier.value_or("Standard");
  if (!is_tier(*description.Tier)) return errors::invalid_value("Tier", *description.Tier);
  return {};
}

Result<void> check_date(std::string_view name, const std::optional<std::string>& date) {
  if (!date || codec::parse_iso8601(*date)) return {};
  return errors::invalid_value(name, *date);
}

Result<void> read_inventory_job(const api::JobParameters& parameters,
                                api::GlacierJobDescription& description) {
  if (parameters.ArchiveId) return errors::invalid_value("ArchiveId", *parameters.ArchiveId);
  if (parameters.RetrievalByteRange) {
    return errors::invalid_value("RetrievalByteRange", *parameters.RetrievalByteRange);
  }
  description.Action = "InventoryRetrieval";
  auto& inventory = description.InventoryRetrievalParameters.emplace();
  inventory.Format = parameters.Format.value_or("JSON");
  if (*inventory.Format != "JSON" && *inventory.Format != "CSV") {
    return errors::invalid_value("Format", *inventory.Format);
  }
  const auto& asked = parameters.InventoryRetrievalParameters;
  if (!asked) return {};
  CUMULITE_TRY(check_date("StartDate", asked->StartDate));
  CUMULITE_TRY(check_date("EndDate", asked->EndDate));
  if (asked->Limit && parse_number(*asked->Limit).value_or(0) == 0) {
    return errors::invalid_value("Limit", *asked->Limit);
  }
  if (asked->Marker && !ids::time_of(*asked->Marker)) {
    return errors::invalid_value("Marker", *asked->Marker);
  }
  inventory.StartDate = asked->StartDate;
  inventory.EndDate = asked->EndDate;
  inventory.Limit = asked->Limit;
  inventory.Marker = asked->Marker;
  return {};
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<api::GlacierJobDescription> read_job_parameters(const api::JobParameters& parameters) {
  if (!parameters.Type) return errors::missing("Type");
  api::GlacierJobDescription description;
  if (parameters.Description) {
    CUMULITE_TRY(check_description("Description", *parameters.Description));
  }
  if (parameters.SNSTopic && !parameters.SNSTopic->starts_with("arn:aws:sns:")) {
    return errors::invalid_value("SNSTopic", *parameters.SNSTopic);
  }
  description.JobDescription = parameters.Description;
  description.SNSTopic = parameters.SNSTopic;
  if (*parameters.Type == "archive-retrieval") {
    CUMULITE_TRY(read_archive_job(parameters, description));
  } else if (*parameters.Type == "inventory-retrieval") {
    CUMULITE_TRY(read_inventory_job(parameters, description));
  } else if (*parameters.Type == "select") {
    return errors::no_longer_supported("Glacier Select is no longer available.");
  } else {
    return errors::invalid_value("Type", *parameters.Type);
  }
  description.Completed = false;
  description.StatusCode = "InProgress";
  return description;
}

Result<void> set_range(const std::optional<std::string>& asked, const ArchiveRecord& archive,
                       JobRecord& job) {
  job.range_offset = 0;
  job.range_length = archive.size_bytes;
  if (asked) {
    const std::string_view text = *asked;
    const auto dash = text.find('-');
    const auto first = parse_number(text.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? std::nullopt : parse_number(text.substr(dash + 1));
    if (!first || !last || *last < *first || *last >= archive.size_bytes ||
        *first % kMebibyte != 0 ||
        ((*last + 1) % kMebibyte != 0 && *last + 1 != archive.size_bytes)) {
      return errors::invalid_value("RetrievalByteRange", text);
    }
    job.range_offset = *first;
    job.range_length = *last - *first + 1;
  }
  job.description.RetrievalByteRange =
      fmt::format("{}-{}", job.range_offset, job.range_offset + job.range_length - 1);
  return {};
}

std::int64_t job_duration_ms(std::uint64_t seed, std::string_view vault_arn, const JobRecord& job) {
  const Tier& tier = tier_by_name(job.description.Tier.value_or(""));
  const std::string digest = checksum::digest(checksum::Algorithm::kSha256,
                                              fmt::format("{}/{}/{}", seed, vault_arn, job.number));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(number); ++i) {
    number = number << 8 | static_cast<unsigned char>(digest[i]);
  }
  const auto span = static_cast<std::uint64_t>(tier.longest_ms - tier.shortest_ms);
  return tier.shortest_ms + static_cast<std::int64_t>(number % (span + 1));
}

bool is_archive_job(const api::GlacierJobDescription& description) {
  return description.Action == "ArchiveRetrieval";
}

bool is_expedited(const api::GlacierJobDescription& description) {
  return description.Tier == kExpedited;
}

}  // namespace cumulite::glacier
