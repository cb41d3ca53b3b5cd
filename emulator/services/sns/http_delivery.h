#pragma once

#include <string>
#include <string_view>

#include "emulator/events/payloads.h"
#include "emulator/services/sns/service.h"

/// Deliveries to HTTP and HTTPS endpoints: the outbox's target kind "sns.http". A failed one is
/// tried again as the delivery policy says, on the account's clock, and goes to the subscription's
/// dead-letter queue afterwards.
namespace cumulite::sns {

inline constexpr std::string_view kHttpKind = "sns.http";

/// Payload of an event of the kind; its target is the URL.
struct HttpDelivery {
  std::string message_type;  ///< "Notification", "SubscriptionConfirmation", ...
  std::string message_id;
  std::string topic_arn;
  std::string subscription_arn;
  std::string body;
  bool raw = false;
  std::string group_id = {};
  std::string deduplication_id = {};
  ReportWish report = {};
  bool has_turn = false;  ///< It waited for its place under the throttle.
};

std::string encode(const HttpDelivery& delivery);

void register_http_delivery(SnsService& service);

}  // namespace cumulite::sns
