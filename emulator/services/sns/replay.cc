#include "emulator/services/sns/replay.h"

#include <utility>

#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/events/hold.h"
#include "emulator/services/sns/access.h"
#include "emulator/services/sns/archive.h"
#include "emulator/services/sns/delivery.h"
#include "emulator/services/sns/errors.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

constexpr std::string_view kReplayKind = "sns.replay";
/// Messages of one transaction, and bytes after which it ends.
constexpr std::size_t kPageMessages = 64;
constexpr std::size_t kPageBytes = 512 * 1024;

std::optional<std::int64_t> time_of(const json& policy, const char* member) {
  const auto found = policy.find(member);
  if (found == policy.end() || !found->is_string()) return std::nullopt;
  const auto time = codec::parse_iso8601(found->get<std::string>());
  if (!time) return std::nullopt;
  return time->ms;
}

/// Which replay an event is of, and where it stands.
std::string encode(std::string_view replay_id, std::string_view next_key) {
  return json{{"replay_id", replay_id}, {"next", codec::base64_encode(next_key)}}.dump();
}

/// A queue would take a message again that it had within five minutes for a repetition.
std::string new_deduplication_id(const Subscription& subscription, const Message& message) {
  return checksum::hex(checksum::digest(checksum::Algorithm::kSha256,
                                        subscription.replay_id + message.sequence_number));
}

/// One page of a replay.
class ReplayPage {
 public:
  ReplayPage(SnsService& service, const Topic& topic, const TopicState& state,
             Subscription subscription)
      : subscription_(std::move(subscription)), fan_out_(service, topic, state) {}

  /// Whether to go on.
  bool visit(Message message) {
    if (subscription_.replay_ends_ms && message.time_ms > *subscription_.replay_ends_ms) {
      is_past_end_ = true;
      return false;
    }
    if (fan_out_.bytes() > kPageBytes) return false;
    subscription_.replayed_through = message.sequence_number;
    message.replayed = true;
    message.deduplication_id = new_deduplication_id(subscription_, message);
    fan_out_.add(subscription_, message);
    return true;
  }

  bool is_past_end() const { return is_past_end_; }

  Subscription& subscription() { return subscription_; }

  FanOut& fan_out() { return fan_out_; }

 private:
  Subscription subscription_;
  FanOut fan_out_;
  bool is_past_end_ = false;
};

/// In the topic's domain; the key of the next page, or nothing when the replay is over.
std::optional<std::string> run_page(SnsService& service, storage::Txn& txn, const Topic& topic,
                                    const Subscription& current, const std::string& from) {
  const auto state = topic.state();
  ReplayPage page(service, topic, *state, current);
  const std::string begins = keys::archived(
      topic.key, state->config.archive_begins_ms(service.env().clock.now_ms(topic.account)));
  auto next = visit_archive(txn, topic, std::max(from, begins), kPageMessages,
                            [&](Message message) { return page.visit(std::move(message)); });
  if (page.is_past_end()) next.reset();
  page.fan_out().write(txn);
  Subscription& changed = page.subscription();
  changed.replay_status = next ? kReplayRunning : kReplayCompleted;
  if (state->config.archive_days == 0) {
    changed.replay_status = kReplayFailed;
    next.reset();
  }
  store_subscription(service, txn, std::move(changed));
  return next;
}

Delivery run_replay(SnsService& service, const Event& event) {
  Environment& env = service.env();
  const json row = json::parse(event.payload);
  const std::string replay_id = row.value("replay_id", "");
  std::string from = codec::base64_decode(row.value("next", "")).value_or("");
  // "TOPIC:ID". The subscription itself is looked up within the topic's domain: the change that
  // began the replay may not be in memory before.
  const std::string topic_arn = event.target.substr(0, event.target.rfind(':'));
  while (true) {
    const TopicPointer topic = service.directory().find(topic_arn);
    if (topic == nullptr) return {Delivery::Outcome::kFinished};
    const bool is_done = env.store.transact({topic->exclusive_domain()}, [&](storage::Txn& txn) {
      const auto current = service.directory().find_subscription(event.target);
      std::optional<std::string> next;
      // Another policy has begun another replay, or ended this one.
      if (current != nullptr && current->replay_id == replay_id && current->is_active()) {
        next = run_page(service, txn, *topic, *current, from);
      }
      if (next) {
        from = *next;
        replace_payload(txn, event, encode(replay_id, from));
      } else {
        env.outbox.remove(txn, event);
      }
      return !next;
    });
    if (is_done) return {Delivery::Outcome::kRemoved};
  }
}

}  // namespace

ReplayPolicy read_replay_policy(std::string_view policy) {
  const json document = json::parse(policy, nullptr, false);
  if (!document.is_object()) return {};
  return {time_of(document, "StartingPoint").value_or(0), time_of(document, "EndingPoint")};
}

Result<void> check_replay_policy(std::string_view policy, const Subscription& subscription) {
  const json document = json::parse(policy, nullptr, false);
  if (!document.is_object()) return errors::invalid("ReplayPolicy: failed to parse JSON.");
  if (!subscription.topic_arn.ends_with(".fifo")) {
    return errors::invalid("ReplayPolicy is only supported for FIFO topics");
  }
  const auto type = document.find("PointType");
  if (type == document.end() || *type != "Timestamp") {
    return errors::invalid("ReplayPolicy: PointType must be Timestamp");
  }
  const auto starts = time_of(document, "StartingPoint");
  if (!starts) return errors::invalid("ReplayPolicy: StartingPoint is not a timestamp");
  if (!document.contains("EndingPoint")) return {};
  const auto ends = time_of(document, "EndingPoint");
  if (!ends || *ends <= *starts) {
    return errors::invalid("ReplayPolicy: EndingPoint must be later than StartingPoint");
  }
  return {};
}

Result<void> check_replay_source(const TopicConfig& topic) {
  if (topic.archive_days > 0) return {};
  return errors::invalid("ReplayPolicy: the topic has no active ArchivePolicy");
}

void restart_replay(SnsService& service, storage::Txn& txn, const Topic& topic,
                    Subscription& subscription) {
  const auto text = subscription.attribute("ReplayPolicy");
  subscription.replay_id.clear();
  subscription.replay_status.clear();
  if (text.empty()) return;
  subscription.replay_id = ids::uuid();
  subscription.replay_status = kReplayPending;
  Event event;
  event.account = topic.account;
  event.region = topic.region;
  event.kind = kReplayKind;
  event.target = subscription.arn();
  event.payload =
      encode(subscription.replay_id, keys::archived(topic.key, read_replay_policy(text).starts_ms));
  service.env().outbox.append(txn, event);
}

void register_replay(SnsService& service) {
  service.env().outbox.register_target(std::string(kReplayKind), 0, [&service](const Event& event) {
    return run_replay(service, event);
  });
}

}  // namespace cumulite::sns
