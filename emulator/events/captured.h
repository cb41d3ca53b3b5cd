#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/snapshot_part.h"
#include "emulator/events/delivery_counts.h"
#include "storage/kv/store.h"

namespace cumulite {

/// A message that would have left the machine.
struct CapturedMessage {
  std::string account;
  std::string region;
  std::string channel;  ///< "email", "sms", "push".
  std::string source;   ///< Topic ARN or sender.
  std::string recipient;
  std::string subject;
  std::string body;
  std::int64_t sent_ms = 0;
  std::string id;
  /// E-mail whose sender made a whole message of it (RFC 5322): goes through SMTP as it is. Not
  /// kept.
  std::string mime = {};
};

/// Messages to people, kept for reading: `/_cumulite/outbox` and LocalStack's paths show them.
/// Bounded: the oldest of an account go first beyond kCapturedMax.
inline constexpr std::size_t kCapturedMax = 10'000;

class Captured {
 public:
  explicit Captured(storage::Store& store);
  ~Captured();

  /// In the transaction that delivers it.
  void add(storage::Txn& txn, const CapturedMessage& message);
  /// Oldest first; empty account: all; empty channel: all.
  std::vector<CapturedMessage> list(std::string_view account, std::string_view channel) const;
  void reset(std::string_view account);

  /// Runs in the transaction that captures a message, for each: where messages are sent for real
  /// as well. To be set before the first one.
  using Forward = std::function<void(storage::Txn& txn, const CapturedMessage& message)>;
  void set_forward(Forward forward);
  bool is_forwarded() const;

  /// How deliveries ended: rows of the same space.
  DeliveryCounts& deliveries();

  /// Where the account's rows lie.
  static RowRange rows_of(std::string_view account);
  /// The rows were exchanged for those of a snapshot.
  void reload();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cumulite
