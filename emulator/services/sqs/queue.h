#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sqs/mailbox.h"
#include "emulator/services/sqs/queue_config.h"
#include "emulator/services/sqs/queue_url.h"
#include "storage/kv/store.h"

namespace cumulite::sqs {

/// The topic that is notified when the queue of this ARN may have something to receive.
std::string topic_of(std::string_view queue_arn);

/// A queue in memory. Thread-safe but for `mailbox`, which the queue's domain guards.
class Queue {
 public:
  explicit Queue(QueueConfig config);

  /// The definition as of now; never null.
  std::shared_ptr<const QueueConfig> config() const { return config_.load(); }

  /// Makes a committed definition the current one.
  void publish(QueueConfig config);

  bool is_deleted() const { return is_deleted_.load(); }

  void mark_deleted() { is_deleted_.store(true); }

  // These never change.
  const std::uint64_t id;
  const bool fifo;
  const std::string account;
  const std::string region;
  const std::string name;
  const std::string arn;
  const std::string topic;
  const std::string key;       ///< Of the definition's row.
  const std::string contents;  ///< Prefix of the rows inside the queue.

  /// All rows inside the queue, and the mailbox.
  storage::Domain contents_domain() const;
  /// The definition's row.
  storage::Domain definition_domain() const;

  Mailbox mailbox;

 private:
  std::atomic<std::shared_ptr<const QueueConfig>> config_;
  std::atomic<bool> is_deleted_ = false;
};

using QueuePointer = std::shared_ptr<Queue>;

/// All queues of the daemon by account, region and name. Thread-safe.
class QueueDirectory {
 public:
  /// Reads the definitions; the messages of a queue are read when it is first used.
  void load(const storage::Reader& reader);
  void add(QueuePointer queue);
  void remove(const Queue& queue);
  /// Forgets the account's queues (empty: all).
  void clear(std::string_view account);

  /// Queues of the account in all regions.
  std::vector<QueuePointer> of_account(std::string_view account) const;
  /// Null if there is none.
  QueuePointer find(std::string_view account, std::string_view region, std::string_view name) const;
  QueuePointer find_arn(std::string_view arn) const;
  /// Queues of the account and region in order of name, whose name begins with `prefix` and is
  /// greater than `after`, at most `limit`.
  std::vector<QueuePointer> list(const QueueAddress& scope_and_prefix, std::string_view after,
                                 std::size_t limit) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, QueuePointer, std::less<>> queues_;
};

}  // namespace cumulite::sqs
