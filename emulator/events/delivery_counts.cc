#include "emulator/events/delivery_counts.h"

#include <fmt/format.h>

namespace cumulite {

void DeliveryCounts::note(std::string_view source_arn, std::string_view protocol, Outcome outcome,
                          std::uint64_t count) {
  if (source_arn.empty() || count == 0) return;
  const std::lock_guard lock(mutex_);
  auto source = counts_.find(source_arn);
  if (source == counts_.end()) source = counts_.emplace(source_arn, Counts()).first;
  source->second[{std::string(protocol), outcome}] += count;
}

DeliveryCounts::Counts DeliveryCounts::of(std::string_view source_arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(source_arn);
  return found == counts_.end() ? Counts() : found->second;
}

void DeliveryCounts::forget(std::string_view source_arn) {
  const std::lock_guard lock(mutex_);
  if (const auto found = counts_.find(source_arn); found != counts_.end()) counts_.erase(found);
}

void DeliveryCounts::reset(std::string_view account) {
  const std::lock_guard lock(mutex_);
  if (account.empty()) {
    counts_.clear();
    return;
  }
  const std::string part = fmt::format(":{}:", account);
  std::erase_if(counts_,
                [&](const auto& entry) { return entry.first.find(part) != std::string::npos; });
}

}  // namespace cumulite
