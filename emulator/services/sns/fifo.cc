#include "emulator/services/sns/fifo.h"

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/archive.h"
#include "emulator/services/sns/deferred.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/fan_out.h"
#include "emulator/services/sns/keys.h"
#include "protocol/checksum/checksum.h"
#include "protocol/time_units.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sns {
namespace {

using spaces::kSns;

constexpr std::int64_t kWindowMs = 5 * kMinuteMs;
/// Deduplications past their time that one publish clears away.
constexpr std::size_t kClearedMax = 16;

/// 20 digits that rise, as SNS's do.
std::string sequence_number(std::uint64_t number) {
  return fmt::format("{:020}", 10'000'000'000'000'000'000ULL + number * 1'000);
}

std::string sha256(std::string_view text) {
  return checksum::hex(checksum::digest(checksum::Algorithm::kSha256, text));
}

std::uint64_t read_u64(const std::optional<std::string>& row) {
  if (!row) return 0;
  std::string_view bytes = *row;
  return storage::take_u64(bytes).value_or(0);
}

std::string encode_first(const Published& published, std::int64_t expires_ms) {
  std::string row;
  storage::append_i64(row, expires_ms);
  storage::append_part(row, published.message_id);
  storage::append_part(row, published.sequence_number);
  return row;
}

/// The answer to the first message with the hash, while its window lasts.
std::optional<Published> find_first(const storage::Txn& txn, const Topic& topic,
                                    const std::string& hash, std::int64_t now_ms) {
  const auto row = txn.get(kSns, keys::deduplication(topic.key, hash));
  if (!row) return std::nullopt;
  std::string_view bytes = *row;
  const auto expires_ms = storage::take_i64(bytes);
  if (!expires_ms || *expires_ms <= now_ms) return std::nullopt;
  Published first;
  first.message_id = storage::take_part(bytes).value_or("");
  first.sequence_number = storage::take_part(bytes).value_or("");
  return first;
}

void clear_expired(storage::Txn& txn, const Topic& topic, std::int64_t now_ms) {
  const auto page = txn.range(kSns, keys::expiries(topic.key),
                              keys::expiry(topic.key, now_ms + 1, ""), {.limit = kClearedMax});
  for (const auto& row : page.rows) {
    const auto hash = keys::expiry_hash(topic.key, row.key);
    txn.del(kSns, row.key);
    // The hash may have been used again since.
    if (hash && !find_first(txn, topic, *hash, now_ms)) {
      txn.del(kSns, keys::deduplication(topic.key, *hash));
    }
  }
}

/// What the window is about: the whole topic, or each group for itself.
std::string scope_hash(const TopicConfig& config, const Message& message) {
  const bool by_group = config.attribute("FifoThroughputScope") == "MessageGroup";
  std::string scope;
  storage::append_part(scope, by_group ? message.group_id : "");
  storage::append_part(scope, message.deduplication_id);
  return sha256(scope);
}

}  // namespace

Result<Published> publish_fifo(SnsService& service, Topic& topic, Message message,
                               const std::function<void(storage::Txn&)>& also) {
  Environment& env = service.env();
  if (message.deduplication_id.empty()) message.deduplication_id = sha256(message.text);
  const std::int64_t now_ms = message.time_ms;
  return env.store.transact(
      {topic.exclusive_domain()}, [&](storage::Txn& txn) -> Result<Published> {
        if (topic.is_deleted()) return errors::topic_not_found();
        also(txn);
        const auto state = topic.state();
        const std::string hash = scope_hash(state->config, message);
        clear_expired(txn, topic, now_ms);
        if (auto first = find_first(txn, topic, hash, now_ms)) return std::move(*first);

        const std::uint64_t number = read_u64(txn.get(kSns, keys::last_number(topic.key))) + 1;
        std::string number_row;
        storage::append_u64(number_row, number);
        txn.put(kSns, keys::last_number(topic.key), number_row);
        message.sequence_number = sequence_number(number);
        const Published published = {message.id, message.sequence_number};
        txn.put(kSns, keys::deduplication(topic.key, hash),
                encode_first(published, now_ms + kWindowMs));
        txn.put(kSns, keys::expiry(topic.key, now_ms + kWindowMs, hash), "");
        archive_message(txn, topic, state->config, message, number);
        // Not signed, so that nothing here needs a key or much time.
        FanOut fan_out(service, topic, *state);
        bool is_deferred = should_defer(topic, *state, message);
        if (!is_deferred) {
          fan_out.add_all(message);
          is_deferred = should_defer(fan_out);
        }
        if (is_deferred) {
          defer(service, txn, topic, message);
        } else {
          fan_out.write(txn);
        }
        return published;
      });
}

}  // namespace cumulite::sns
