#include "emulator/services/sqs/keys.h"

#include <stdexcept>

#include "storage/kv/key_codec.h"

namespace cumulite::sqs::keys {
namespace {

constexpr std::size_t kQueueIdBytes = 8;

std::string name_key(char kind, std::string_view account, std::string_view region,
                     std::string_view name) {
  std::string key(1, kind);
  storage::append_part(key, account);
  storage::append_part(key, region);
  storage::append_part(key, name);
  return key;
}

std::string inside(std::uint64_t queue_id, char kind) {
  std::string key;
  key.reserve(24);
  storage::append_u64(key, queue_id);
  key.push_back(kind);
  return key;
}

std::string inside(std::uint64_t queue_id, char kind, std::uint64_t sequence) {
  std::string key = inside(queue_id, kind);
  storage::append_u64(key, sequence);
  return key;
}

}  // namespace

std::string queue(std::string_view account, std::string_view region, std::string_view name) {
  return name_key('q', account, region, name);
}

std::string queues(std::string_view account, std::string_view region) {
  std::string key(1, 'q');
  storage::append_part(key, account);
  storage::append_part(key, region);
  return key;
}

std::string all_queues() {
  return "q";
}

std::string deletion(std::string_view account, std::string_view region, std::string_view name) {
  return name_key('x', account, region, name);
}

std::string move_task(std::string_view queue_key_of_source, std::int64_t started_ms,
                      std::string_view task_id) {
  std::string key = move_tasks(queue_key_of_source);
  storage::append_i64(key, started_ms);
  key.append(task_id);
  return key;
}

std::string move_tasks(std::string_view queue_key_of_source) {
  std::string key(1, 't');
  key.append(queue_key_of_source.substr(1));
  return key;
}

std::vector<std::string> of_account(std::string_view account) {
  std::vector<std::string> prefixes;
  for (const char kind : {'q', 'x', 't'}) {
    std::string& prefix = prefixes.emplace_back(1, kind);
    storage::append_part(prefix, account);
  }
  return prefixes;
}

std::string contents(std::uint64_t queue_id) {
  std::string key;
  storage::append_u64(key, queue_id);
  return key;
}

std::string messages(std::uint64_t queue_id) {
  return inside(queue_id, 'm');
}

std::string message(std::uint64_t queue_id, std::uint64_t sequence) {
  return inside(queue_id, 'm', sequence);
}

std::string bodies(std::uint64_t queue_id) {
  return inside(queue_id, 'b');
}

std::string body(std::uint64_t queue_id, std::uint64_t sequence, std::uint32_t piece) {
  std::string key = inside(queue_id, 'b', sequence);
  storage::append_u32(key, piece);
  return key;
}

std::string body_pieces(std::uint64_t queue_id, std::uint64_t sequence) {
  return inside(queue_id, 'b', sequence);
}

std::string receipts(std::uint64_t queue_id) {
  return inside(queue_id, 'r');
}

std::string receipt(std::uint64_t queue_id, std::uint64_t sequence) {
  return inside(queue_id, 'r', sequence);
}

std::string deduplications(std::uint64_t queue_id) {
  return inside(queue_id, 'd');
}

std::string deduplication(std::uint64_t queue_id, std::string_view digest) {
  std::string key = inside(queue_id, 'd');
  key.append(digest);
  return key;
}

std::string sequence_limit(std::uint64_t queue_id) {
  return inside(queue_id, 's');
}

std::uint64_t sequence_of(std::string_view key) {
  key.remove_prefix(kQueueIdBytes + 1);
  const auto sequence = storage::take_u64(key);
  if (!sequence) throw std::runtime_error("a key of SQS is damaged");
  return *sequence;
}

std::string digest_of(std::string_view key) {
  return std::string(key.substr(kQueueIdBytes + 1));
}

}  // namespace cumulite::sqs::keys
