#include "emulator/services/sns/confirmation.h"

#include "emulator/core/ids.h"
#include "emulator/services/sns/fan_out.h"
#include "emulator/services/sns/http_delivery.h"

namespace cumulite::sns {
namespace {

constexpr std::size_t kTokenCharacters = 288;

}  // namespace

std::string new_token() {
  return ids::random_hex(kTokenCharacters);
}

PreparedConfirmation prepare_confirmation(SnsService& service, const TopicConfig& topic,
                                          const Subscription& subscription, std::string_view type,
                                          std::int64_t now_ms) {
  PreparedConfirmation prepared;
  Confirmation what;
  what.type = type;
  what.message_id = ids::uuid();
  what.token = subscription.token;
  what.topic_arn = subscription.topic_arn;
  what.subscription_arn = subscription.arn();
  what.time_ms = now_ms;
  const std::string& protocol = subscription.protocol;
  if (protocol == "http" || protocol == "https") {
    // Also FIFO topics' confirmations are signed, but those have no HTTP subscribers.
    MessageSigner signer = signer_for(service, topic);
    HttpDelivery delivery;
    delivery.message_type = what.type;
    delivery.message_id = what.message_id;
    delivery.topic_arn = what.topic_arn;
    delivery.subscription_arn = what.subscription_arn;
    delivery.body = confirmation(what, signer);
    prepared.event.account = topic.account;
    prepared.event.region = topic.region;
    prepared.event.kind = kHttpKind;
    prepared.event.target = subscription.endpoint;
    prepared.event.payload = encode(delivery);
  } else if (protocol == "email" || protocol == "email-json") {
    CapturedMessage& mail = prepared.captured;
    mail.account = topic.account;
    mail.region = topic.region;
    mail.channel = "email";
    mail.source = topic.arn();
    mail.recipient = subscription.endpoint;
    mail.subject = "AWS Notification - Subscription Confirmation";
    mail.body = what.message() + "\n" + what.subscribe_url(service.env().settings.endpoint_url);
    mail.sent_ms = now_ms;
    mail.id = what.message_id;
  }
  return prepared;
}

bool is_mail_kept(const Environment& env, const Subscription& subscription) {
  return subscription.state == SubscriptionState::kPending &&
         subscription.protocol.starts_with("email") && !env.captured.is_forwarded();
}

void send_confirmation(Environment& env, storage::Txn& txn, const PreparedConfirmation& prepared) {
  if (!prepared.event.kind.empty()) env.outbox.append(txn, prepared.event);
  if (!prepared.captured.channel.empty()) env.captured.add(txn, prepared.captured);
}

}  // namespace cumulite::sns
