#include "emulator/services/sns/archive.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "emulator/services/sns/errors.h"

namespace cumulite::sns {
namespace {

constexpr int kDaysMax = 365;

}  // namespace

Result<int> read_retention_days(std::string_view policy) {
  const auto document = nlohmann::json::parse(policy, nullptr, false);
  if (!document.is_object())
    return errors::invalid_parameter("ArchivePolicy: failed to parse JSON.");
  int days = 0;
  if (const auto found = document.find("MessageRetentionPeriod"); found != document.end()) {
    const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), days);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) days = 0;
  }
  if (days < 1 || days > kDaysMax) {
    return errors::invalid_parameter(
        "ArchivePolicy: MessageRetentionPeriod must be between 1 and 365 days");
  }
  return days;
}

}  // namespace cumulite::sns
