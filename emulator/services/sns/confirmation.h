#pragma once

#include "emulator/events/captured.h"
#include "emulator/events/outbox.h"
#include "emulator/services/sns/service.h"

/// What tells an endpoint that its word is asked for.
namespace cumulite::sns {

/// 288 hexadecimal characters.
std::string new_token();

/// Makes the message "SubscriptionConfirmation" or "UnsubscribeConfirmation" for HTTP endpoints
/// (POSTed) and e-mail addresses (captured); other protocols get none. To be called before the
/// transaction that hands the result to `send_confirmation`.
struct PreparedConfirmation {
  Event event;               ///< Without a kind: none.
  CapturedMessage captured;  ///< Without a channel: none.
};

PreparedConfirmation prepare_confirmation(SnsService& service, const TopicConfig& topic,
                                          const Subscription& subscription, std::string_view type,
                                          std::int64_t now_ms);
void send_confirmation(Environment& env, storage::Txn& txn, const PreparedConfirmation& prepared);

/// Whether the subscription is of an address that nobody can confirm by hand, since mail stays in
/// the daemon's outbox: it shows as pending, but its mail is captured from the start, for a tester
/// to see, and it does not end.
bool is_mail_kept(const Environment& env, const Subscription& subscription);

}  // namespace cumulite::sns
