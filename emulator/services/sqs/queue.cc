#include "emulator/services/sqs/queue.h"

#include <mutex>
#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sqs/keys.h"
#include "storage/kv/key_codec.h"

namespace cumulite::sqs {
namespace {

constexpr std::size_t kDefinitionsAtOnce = 1'000;

// The directory's order: account, region, then name by bytes, as listings show it.
std::string entry_name(std::string_view account, std::string_view region, std::string_view name) {
  std::string entry;
  entry.reserve(account.size() + region.size() + name.size() + 2);
  entry.append(account).push_back('\0');
  entry.append(region).push_back('\0');
  entry.append(name);
  return entry;
}

}  // namespace

std::string topic_of(std::string_view queue_arn) {
  return "sqs/" + std::string(queue_arn);
}

Queue::Queue(QueueConfig config)
    : id(config.id),
      fifo(config.fifo),
      account(config.account),
      region(config.region),
      name(config.name),
      arn(config.arn()),
      topic(topic_of(arn)),
      key(keys::queue(account, region, name)),
      contents(keys::contents(id)),
      mailbox(id, fifo, topic),
      config_(std::make_shared<const QueueConfig>(std::move(config))) {}

void Queue::publish(QueueConfig config) {
  config_.store(std::make_shared<const QueueConfig>(std::move(config)));
}

storage::Domain Queue::contents_domain() const {
  return storage::Domain::exclusive_on(spaces::kSqsMessages, contents);
}

storage::Domain Queue::definition_domain() const {
  return storage::Domain::exclusive_on(spaces::kSqs, key);
}

void QueueDirectory::load(const storage::Reader& reader) {
  const std::string end = storage::prefix_end(keys::all_queues());
  std::string from = keys::all_queues();
  for (;;) {
    const auto page = reader.range(spaces::kSqs, from, end, {.limit = kDefinitionsAtOnce});
    for (const auto& row : page.rows) add(std::make_shared<Queue>(decode_queue(row.value)));
    if (!page.more || page.rows.empty()) return;
    from = page.rows.back().key;
    from.push_back('\0');
  }
}

void QueueDirectory::add(QueuePointer queue) {
  std::string entry = entry_name(queue->account, queue->region, queue->name);
  const std::unique_lock lock(mutex_);
  queues_[std::move(entry)] = std::move(queue);
}

void QueueDirectory::remove(const Queue& queue) {
  const std::unique_lock lock(mutex_);
  const auto found = queues_.find(entry_name(queue.account, queue.region, queue.name));
  if (found != queues_.end() && found->second.get() == &queue) queues_.erase(found);
}

void QueueDirectory::clear(std::string_view account) {
  const std::unique_lock lock(mutex_);
  std::erase_if(queues_, [account](const auto& entry) {
    if (!account.empty() && entry.second->account != account) return false;
    entry.second->mark_deleted();
    return true;
  });
}

std::vector<QueuePointer> QueueDirectory::of_account(std::string_view account) const {
  std::vector<QueuePointer> found;
  const std::shared_lock lock(mutex_);
  for (const auto& [entry, queue] : queues_) {
    if (queue->account == account) found.push_back(queue);
  }
  return found;
}

QueuePointer QueueDirectory::find(std::string_view account, std::string_view region,
                                  std::string_view name) const {
  const std::string entry = entry_name(account, region, name);
  const std::shared_lock lock(mutex_);
  const auto found = queues_.find(entry);
  return found == queues_.end() ? nullptr : found->second;
}

QueuePointer QueueDirectory::find_arn(std::string_view arn) const {
  const auto address = parse_queue_arn(arn);
  return address ? find(address->account, address->region, address->name) : nullptr;
}

std::vector<QueuePointer> QueueDirectory::list(const QueueAddress& scope_and_prefix,
                                               std::string_view after, std::size_t limit) const {
  const auto& [account, region, prefix] = scope_and_prefix;
  const std::string scope = entry_name(account, region, prefix);
  const std::string start = entry_name(account, region, after);
  std::vector<QueuePointer> found;
  const std::shared_lock lock(mutex_);
  auto entry =
      start < scope || after.empty() ? queues_.lower_bound(scope) : queues_.upper_bound(start);
  for (; entry != queues_.end() && entry->first.starts_with(scope); ++entry) {
    if (found.size() == limit) break;
    found.push_back(entry->second);
  }
  return found;
}

}  // namespace cumulite::sqs
