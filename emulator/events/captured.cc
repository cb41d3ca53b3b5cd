#include "emulator/events/captured.h"

#include <map>
#include <mutex>

#include "emulator/core/spaces.h"
#include "emulator/events/sequence.h"
#include "protocol/codec/json_document.h"
#include "storage/kv/key_codec.h"

namespace cumulite {
namespace {

using nlohmann::json;
using spaces::kCaptured;

constexpr std::size_t kResetPageRows = 500;

std::string account_prefix(std::string_view account) {
  std::string key;
  if (!account.empty()) storage::append_part(key, account);
  return key;
}

std::string render(const CapturedMessage& message) {
  const json document = {
      {"account", message.account}, {"region", message.region},       {"channel", message.channel},
      {"source", message.source},   {"recipient", message.recipient}, {"subject", message.subject},
      {"body", message.body},       {"sent_ms", message.sent_ms},     {"id", message.id}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

CapturedMessage parse_row(std::string_view row) {
  CapturedMessage message;
  const json document = json::parse(row, nullptr, false);
  if (!document.is_object()) return message;
  message.account = document.value("account", "");
  message.region = document.value("region", "");
  message.channel = document.value("channel", "");
  message.source = document.value("source", "");
  message.recipient = document.value("recipient", "");
  message.subject = document.value("subject", "");
  message.body = document.value("body", "");
  message.sent_ms = document.value("sent_ms", std::int64_t{0});
  message.id = document.value("id", "");
  return message;
}

/// Calls visit(row) for each row with the prefix, in order.
template <class Visit>
void each_row(const storage::Reader& reader, const std::string& prefix, Visit&& visit) {
  // The counters of deliveries lie behind the messages of all accounts.
  const std::string end =
      prefix.empty() ? DeliveryCounts::rows_of({}).from : storage::prefix_end(prefix);
  std::string from = prefix;
  while (true) {
    const auto page = reader.range(kCaptured, from, end, {.limit = kResetPageRows});
    for (const auto& row : page.rows) visit(row);
    if (!page.more || page.rows.empty()) return;
    from = page.rows.back().key + '\0';
  }
}

}  // namespace

class Captured::Implementation {
 public:
  explicit Implementation(storage::Store& store)
      : store_(store), deliveries_(store), sequence_(first_sequence()) {}

  void add(storage::Txn& txn, const CapturedMessage& message) {
    if (forward_) forward_(txn, message);
    const std::string prefix = account_prefix(message.account);
    std::uint64_t sequence = 0;
    bool is_full = false;
    {
      const std::lock_guard lock(mutex_);
      sequence = ++sequence_;
      is_full = count_of(message.account) >= kCapturedMax;
    }
    std::string key = prefix;
    storage::append_u64(key, sequence);
    if (is_full) {
      const auto oldest = txn.range(kCaptured, prefix, storage::prefix_end(prefix), {.limit = 1});
      for (const auto& row : oldest.rows) txn.del(kCaptured, row.key);
    }
    txn.put(kCaptured, key, render(message));
    if (is_full) return;
    txn.on_commit([this, account = message.account] {
      const std::lock_guard lock(mutex_);
      if (const auto found = counts_.find(account); found != counts_.end()) ++found->second;
    });
  }

  std::vector<CapturedMessage> list(std::string_view account, std::string_view channel) const {
    std::vector<CapturedMessage> messages;
    each_row(store_, account_prefix(account), [&](const storage::KeyValue& row) {
      auto message = parse_row(row.value);
      if (channel.empty() || message.channel == channel) messages.push_back(std::move(message));
    });
    return messages;
  }

  void reset(std::string_view account) {
    store_.transact({}, [&](storage::Txn& txn) {
      for (const RowRange& rows : {rows_of(account), DeliveryCounts::rows_of(account)}) {
        txn.del_range(rows.space, rows.from, rows.to);
      }
    });
    reload();
  }

  void reload() {
    const std::lock_guard lock(mutex_);
    counts_.clear();
  }

  void set_forward(Forward forward) { forward_ = std::move(forward); }

  bool is_forwarded() const { return static_cast<bool>(forward_); }

  DeliveryCounts& deliveries() { return deliveries_; }

 private:
  /// Under the lock. Counted at the account's first message, so a start reads nothing.
  std::size_t count_of(const std::string& account) {
    if (const auto found = counts_.find(account); found != counts_.end()) return found->second;
    std::size_t count = 0;
    each_row(store_, account_prefix(account), [&](const storage::KeyValue&) { ++count; });
    return counts_[account] = count;
  }

  storage::Store& store_;
  DeliveryCounts deliveries_;
  std::mutex mutex_;
  std::uint64_t sequence_;
  std::map<std::string, std::size_t> counts_;
  Forward forward_;
};

Captured::Captured(storage::Store& store)
    : implementation_(std::make_unique<Implementation>(store)) {}

Captured::~Captured() = default;

void Captured::add(storage::Txn& txn, const CapturedMessage& message) {
  implementation_->add(txn, message);
}

std::vector<CapturedMessage> Captured::list(std::string_view account,
                                            std::string_view channel) const {
  return implementation_->list(account, channel);
}

void Captured::set_forward(Forward forward) {
  implementation_->set_forward(std::move(forward));
}

bool Captured::is_forwarded() const {
  return implementation_->is_forwarded();
}

DeliveryCounts& Captured::deliveries() {
  return implementation_->deliveries();
}

RowRange Captured::rows_of(std::string_view account) {
  return RowRange::below(kCaptured, account_prefix(account));
}

void Captured::reload() {
  implementation_->reload();
}

void Captured::reset(std::string_view account) {
  implementation_->reset(account);
}

}  // namespace cumulite
