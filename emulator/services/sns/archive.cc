#include "emulator/services/sns/archive.h"

#include <charconv>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/keys.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using spaces::kSns;

constexpr int kDaysMax = 365;
/// Messages past their time that one publish drops.
constexpr std::size_t kDroppedMax = 16;

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

void archive_message(storage::Txn& txn, const Topic& topic, const TopicConfig& config,
                     const Message& message, std::uint64_t number) {
  if (config.archive_days == 0) return;
  txn.put(kSns, keys::archived(topic.key, message.time_ms, number), encode_message(message));
  const auto expired = txn.range(
      kSns, keys::archive(topic.key),
      keys::archived(topic.key, config.archive_begins_ms(message.time_ms)), {.limit = kDroppedMax});
  for (const auto& row : expired.rows) txn.del(kSns, row.key);
}

void update_archive(storage::Txn& txn, const Topic& topic, const TopicConfig& old,
                    TopicConfig& config, std::int64_t now_ms) {
  const bool was_active = !old.attribute("ArchivePolicy").empty();
  const bool is_active = !config.attribute("ArchivePolicy").empty();
  if (is_active && !was_active) config.archived_since_ms = now_ms;
  if (is_active || !was_active) return;
  config.archived_since_ms = 0;
  const std::string all = keys::archive(topic.key);
  txn.del_range(kSns, all, keys::after(all));
}

std::optional<std::string> visit_archive(storage::Txn& txn, const Topic& topic,
                                         const std::string& from, std::size_t limit,
                                         const std::function<bool(Message)>& visit) {
  const auto page = txn.range(kSns, from, keys::after(keys::archive(topic.key)), {.limit = limit});
  std::string next = from;
  for (const auto& row : page.rows) {
    if (!visit(decode_message(row.value))) return next;
    next = row.key + '\0';
  }
  if (page.more) return next;
  return std::nullopt;
}

}  // namespace cumulite::sns
