#include <algorithm>
#include <cctype>

#include "emulator/services/sns/access.h"
#include "emulator/services/sns/operations.h"

namespace cumulite::sns {

Result<api::ConfirmSubscriptionResponse> confirm_subscription(
    Context& ctx, const api::ConfirmSubscriptionInput& req) {
  const auto topic_arn = parse_arn(req.TopicArn.value_or(""), "Topic");
  if (!topic_arn.ok() || topic_arn->service != "sns") return errors::invalid_parameter("Topic");
  SnsService& service = service_of(ctx);
  const auto subscription = service.directory().find_token(req.Token.value_or(""));
  if (subscription == nullptr || subscription->state == SubscriptionState::kOrphaned) {
    return errors::invalid_parameter("Token");
  }
  // SNS takes another topic of the same region: the token tells enough.
  if (topic_arn->region != subscription->region) return errors::invalid_parameter("Topic");
  const bool authenticate = req.AuthenticateOnUnsubscribe.value_or("") == "true";
  CUMULITE_TRY(change_subscription(
      service, subscription, [&](storage::Txn&, Subscription& confirmed) -> Result<void> {
        if (confirmed.is_active()) return {};
        confirmed.state = SubscriptionState::kConfirmed;
        confirmed.confirmation_was_authenticated = !ctx.caller.anonymous;
        // Anonymous callers cannot lock others out.
        confirmed.authenticate_on_unsubscribe = authenticate && !ctx.caller.anonymous;
        return {};
      }));
  return api::ConfirmSubscriptionResponse{.SubscriptionArn = subscription->arn()};
}

}  // namespace cumulite::sns
