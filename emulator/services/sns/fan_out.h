#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "emulator/events/captured.h"
#include "emulator/events/delivery_report.h"
#include "emulator/events/outbox.h"
#include "emulator/services/sns/envelope.h"
#include "emulator/services/sns/message.h"
#include "emulator/services/sns/service.h"

/// From accepted messages to what each subscriber gets of them.
namespace cumulite::sns {

/// What queues' policies call this service.
inline constexpr std::string_view kServiceName = "sns.amazonaws.com";

/// Collects deliveries before a transaction and writes them within it. The topic, its state and
/// the messages must outlive it.
class FanOut {
 public:
  FanOut(SnsService& service, const Topic& topic, const TopicState& state);

  /// Adds what a subscription gets of the message, if it is active, not replaying, and its filter
  /// and the topic's data protection policy let it pass.
  void add(const Subscription& subscription, const Message& message);
  /// For all subscriptions of the state.
  void add_all(const Message& message);

  void write(storage::Txn& txn) const;

  /// About how much `write` writes.
  std::size_t bytes() const { return bytes_; }

  std::size_t size() const { return events_.size() + captured_.size(); }

 private:
  void deliver(const Subscription& subscription, const Message& message);
  void deliver_to_person(const Subscription& subscription, const Message& message);
  /// The message as this subscriber may see it; null: not at all.
  const Message* visible_to(const Subscription& subscription, const Message& message);
  /// An endpoint that is gone or disabled gets nothing.
  bool reaches_endpoint(const Subscription& subscription, const Message& message);
  void add_event(std::string_view kind, const Subscription& subscription, std::string payload);
  std::string to_queue(const Subscription& subscription, const Message& message);
  std::string to_http(const Subscription& subscription, const Message& message);
  std::string to_function(const Subscription& subscription, const Message& message);
  void count(const Subscription& subscription, DeliveryCounts::Outcome outcome);

  /// What ended with the publish itself.
  struct PendingReport {
    ReportWish wish;
    DeliveryReport outcome;
  };

  SnsService& service_;
  const Topic& topic_;
  const TopicState& state_;
  MessageSigner signer_;
  std::vector<Event> events_;
  std::vector<CapturedMessage> captured_;
  std::vector<PendingReport> reports_;
  DeliveryCounts::Counts counts_;
  std::size_t bytes_ = 0;
  /// Messages with parts masked, by their id and for whom: they outlive the signer's memory.
  std::map<std::pair<std::string, std::string>, Message> concealed_;
};

/// Signs as the topic asks; FIFO topics do not sign.
MessageSigner signer_for(SnsService& service, const TopicConfig& config);

}  // namespace cumulite::sns
