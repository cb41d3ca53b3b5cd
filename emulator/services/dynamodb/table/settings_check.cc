#include "emulator/services/dynamodb/table/settings_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::int64_t kNoLimit = -1;

/// How the limits of a table or index are spoken of, which is not the same everywhere.
struct LimitWording {
  std::string owner;         ///< "table", "index : NAME".
  std::string refused_mode;  ///< What follows "MaxReadRequestUnits for OnDemandThroughput".
  bool may_clear = false;    ///< Whether -1 is taken.
};

Result<void> check_limit(const std::optional<std::int64_t>& units, std::string_view member,
                         const LimitWording& wording, bool on_demand) {
  if (!units) return {};
  if (!on_demand) {
    return errors::invalid_parameter(
        fmt::format("{} for OnDemandThroughput{}", member, wording.refused_mode));
  }
  if (*units > 0 || (wording.may_clear && *units == kNoLimit)) return {};
  return errors::invalid_parameter(
      fmt::format("Requested {} for OnDemandThroughput for {} is outside of valid range", member,
                  wording.owner));
}

Result<void> check_limits(const std::optional<api::OnDemandThroughput>& limits,
                          const LimitWording& wording, bool on_demand) {
  if (!limits) return {};
  CUMULITE_TRY(check_limit(limits->MaxReadRequestUnits, "MaxReadRequestUnits", wording, on_demand));
  return check_limit(limits->MaxWriteRequestUnits, "MaxWriteRequestUnits", wording, on_demand);
}

void merge_limit(const std::optional<std::int64_t>& wanted, std::optional<std::int64_t>& current) {
  if (!wanted) return;
  current = wanted;
  if (*wanted == kNoLimit) current.reset();
}

/// Whether a change to provisioned capacity gives units to an index.
bool gives_units(const api::UpdateTableInput& in, const std::string& index) {
  if (!in.GlobalSecondaryIndexUpdates) return false;
  return std::any_of(in.GlobalSecondaryIndexUpdates->begin(), in.GlobalSecondaryIndexUpdates->end(),
                     [&](const auto& update) {
                       return (update.Update && update.Update->IndexName == index &&
                               update.Update->ProvisionedThroughput) ||
                              (update.Delete && update.Delete->IndexName == index);
                     });
}

/// Updates of an index that is billed by request: to its limits and warm throughput only.
Result<void> check_index_units(const api::UpdateTableInput& in, const Table& table) {
  if (!in.GlobalSecondaryIndexUpdates) return {};
  for (const auto& update : *in.GlobalSecondaryIndexUpdates) {
    if (!update.Update || table.find_index(*update.Update->IndexName) == nullptr) continue;
    const auto& limits = update.Update->OnDemandThroughput;
    const bool has_limits = limits && (limits->MaxReadRequestUnits || limits->MaxWriteRequestUnits);
    if (!update.Update->ProvisionedThroughput && (has_limits || update.Update->WarmThroughput)) {
      continue;
    }
    return errors::invalid_parameter(
        fmt::format("The only Updates for index: {} when TableThroughputMode is PAY_PER_REQUEST "
                    "can be to OnDemandThroughput, WarmThroughput",
                    *update.Update->IndexName));
  }
  return {};
}

}  // namespace

Result<void> check_new_stream(const std::optional<api::StreamSpecification>& stream) {
  if (!stream) return {};
  const bool enabled = stream->StreamEnabled.value_or(false);
  if (enabled == stream->StreamViewType.has_value()) return {};
  return errors::invalid_parameter(
      enabled ? "Table is being created with a stream enabled, UpdateViewType is required"
              : "Table is being created with a stream disabled, UpdateViewType should not be "
                "specified");
}

Result<void> check_stream_change(const std::optional<api::StreamSpecification>& stream) {
  if (!stream) return {};
  const bool enabled = stream->StreamEnabled.value_or(false);
  if (enabled == stream->StreamViewType.has_value()) return {};
  return errors::invalid_parameter(
      enabled ? "If stream is being enabled then UpdateViewType is required"
              : "If stream is being disabled, then UpdateViewType must not be specified");
}

Result<void> check_on_demand(const api::CreateTableInput& in) {
  const bool on_demand = in.BillingMode == "PAY_PER_REQUEST";
  constexpr std::string_view kRefused =
      " cannot be specified when table BillingMode is PROVISIONED.";
  CUMULITE_TRY(check_limits(in.OnDemandThroughput, {"table", std::string(kRefused)}, on_demand));
  if (!in.GlobalSecondaryIndexes) return {};
  for (const auto& index : *in.GlobalSecondaryIndexes) {
    const LimitWording wording{fmt::format("index : {}", *index.IndexName),
                               fmt::format(" for index: {}{}", *index.IndexName, kRefused)};
    CUMULITE_TRY(check_limits(index.OnDemandThroughput, wording, on_demand));
  }
  return {};
}

Result<void> check_on_demand(const api::UpdateTableInput& in, const Table& table) {
  const bool on_demand = in.BillingMode ? in.BillingMode == "PAY_PER_REQUEST" : table.on_demand();
  constexpr std::string_view kRefused =
      " cannot be specified when the table BillingMode is PROVISIONED";
  CUMULITE_TRY(
      check_limits(in.OnDemandThroughput, {"table", std::string(kRefused), true}, on_demand));
  if (!in.GlobalSecondaryIndexUpdates) return {};
  for (const auto& update : *in.GlobalSecondaryIndexUpdates) {
    if (!update.Update || table.find_index(*update.Update->IndexName) == nullptr) continue;
    const std::string owner = fmt::format("index : {}", *update.Update->IndexName);
    CUMULITE_TRY(check_limits(update.Update->OnDemandThroughput,
                              {owner, fmt::format(" for {}{}", owner, kRefused), true}, on_demand));
  }
  return {};
}

void merge_on_demand(const api::OnDemandThroughput& wanted,
                     std::optional<api::OnDemandThroughput>& current) {
  if (!current) current.emplace();
  merge_limit(wanted.MaxReadRequestUnits, current->MaxReadRequestUnits);
  merge_limit(wanted.MaxWriteRequestUnits, current->MaxWriteRequestUnits);
  if (!current->MaxReadRequestUnits && !current->MaxWriteRequestUnits) current.reset();
}

Result<void> check_capacity_change(const api::UpdateTableInput& in, const Table& table) {
  const bool on_demand = in.BillingMode ? in.BillingMode == "PAY_PER_REQUEST" : table.on_demand();
  if (in.ProvisionedThroughput && on_demand) {
    return errors::invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  CUMULITE_TRY(check_on_demand(in, table));
  if (on_demand) return check_index_units(in, table);
  if (!table.on_demand()) return {};
  for (const auto& index : table.indexes) {
    if (!index.global || gives_units(in, index.name)) continue;
    return errors::invalid_parameter(
        fmt::format("ProvisionedThroughput must be specified for index: {}", index.name));
  }
  return {};
}

Result<bool> note_units_change(const api::ProvisionedThroughput& wanted, const UnitsOwner& owner,
                               api::ProvisionedThroughputDescription& current,
                               std::int64_t now_ms) {
  const auto reads = *wanted.ReadCapacityUnits;
  const auto writes = *wanted.WriteCapacityUnits;
  if (reads == *current.ReadCapacityUnits && writes == *current.WriteCapacityUnits) {
    return errors::validation(fmt::format(
        "The provisioned throughput for {0} will not change. The requested value equals the "
        "current value. Current ReadCapacityUnits provisioned for {1}: {2}. Requested "
        "ReadCapacityUnits: {3}. Current WriteCapacityUnits provisioned for {1}: {4}. Requested "
        "WriteCapacityUnits: {5}. Refer to the Amazon DynamoDB Developer Guide for current limits "
        "and how to request higher limits.",
        owner.will_not_change, owner.provisioned_for, *current.ReadCapacityUnits, reads,
        *current.WriteCapacityUnits, writes));
  }
  const bool down = reads < *current.ReadCapacityUnits || writes < *current.WriteCapacityUnits;
  if (down) CUMULITE_TRY(check_decrease(current, now_ms));
  current.NumberOfDecreasesToday = decreases_today(current, now_ms);
  if (reads > *current.ReadCapacityUnits || writes > *current.WriteCapacityUnits) {
    current.LastIncreaseDateTime = model::Timestamp{now_ms};
  }
  if (down) current.LastDecreaseDateTime = model::Timestamp{now_ms};
  return down;
}

}  // namespace cumulite::dynamodb
