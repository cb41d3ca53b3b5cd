#include "emulator/services/sns/access.h"

#include <utility>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/authorization.h"
#include "protocol/codec/base64.h"

namespace cumulite::sns {

Result<Arn> check_topic_arn(Context& ctx, const std::optional<std::string>& arn,
                            std::string_view parameter) {
  if (!arn || arn->empty()) return errors::no_value(parameter);
  CUMULITE_ASSIGN(Arn parsed, parse_arn(*arn, parameter));
  if (parsed.service != "sns" || parsed.region != ctx.caller.region ||
      parsed.resource.find(':') != std::string::npos) {
    return errors::invalid_parameter(parameter);
  }
  return parsed;
}

Result<TopicPointer> find_topic(Context& ctx, const std::optional<std::string>& arn,
                                std::string_view parameter, const Attributes& values) {
  CUMULITE_TRY(check_topic_arn(ctx, arn, parameter));
  TopicPointer topic = service_of(ctx).directory().find(*arn);
  if (topic == nullptr) return errors::topic_not_found();
  CUMULITE_TRY(check_topic_access(ctx, *topic, values));
  return topic;
}

Result<SubscriptionPointer> find_subscription(Context& ctx, const std::optional<std::string>& arn) {
  if (!arn || arn->empty()) return errors::no_value("SubscriptionArn");
  CUMULITE_ASSIGN(const Arn parsed, parse_arn(*arn, "SubscriptionArn"));
  if (parsed.resource.find(':') == std::string::npos) {
    return errors::invalid_parameter("SubscriptionId");
  }
  SubscriptionPointer found = service_of(ctx).directory().find_subscription(*arn);
  if (found == nullptr || !found->is_visible()) return errors::subscription_not_found();
  // Whoever follows an UnsubscribeURL is anybody: `unsubscribe` has its own rules for that.
  const bool follows_link = ctx.caller.anonymous && ctx.route != nullptr &&
                            ctx.route->operation != nullptr &&
                            ctx.route->operation->name == "Unsubscribe";
  if (!follows_link) CUMULITE_TRY(check_subscription_access(ctx, *found));
  return found;
}

Result<void> change_topic(SnsService& service, const TopicPointer& topic,
                          const std::function<Result<void>(storage::Txn&, TopicConfig&)>& change) {
  return service.env().store.transact(
      {topic->exclusive_domain()}, [&](storage::Txn& txn) -> Result<void> {
        if (topic->is_deleted()) return errors::topic_not_found();
        TopicConfig config = topic->state()->config;
        CUMULITE_TRY(change(txn, config));
        txn.put(spaces::kSns, keys::definition(topic->key), encode_topic(config));
        txn.on_commit([topic, config] { topic->set_config(config); });
        return {};
      });
}

Result<void> change_subscription(
    SnsService& service, const SubscriptionPointer& subscription,
    const std::function<Result<void>(storage::Txn&, Subscription&)>& change) {
  const storage::Domains domains = {
      storage::Domain::exclusive_on(spaces::kSns, subscription->topic_key)};
  return service.env().store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    const auto current = service.directory().find_subscription(subscription->arn());
    if (current == nullptr) return errors::subscription_not_found();
    Subscription changed = *current;
    CUMULITE_TRY(change(txn, changed));
    store_subscription(service, txn, std::move(changed));
    return {};
  });
}

void store_subscription(SnsService& service, storage::Txn& txn, Subscription subscription) {
  subscription.derive();
  txn.put(spaces::kSns, keys::subscription(subscription.topic_key, subscription.id),
          encode_subscription(subscription));
  txn.on_commit([&service, made = std::make_shared<const Subscription>(std::move(subscription))] {
    service.directory().put(made);
  });
}

std::string page_token(std::string_view last) {
  return codec::base64_encode(last);
}

Result<std::string> page_start(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  auto start = codec::base64_decode(*token);
  if (!start) return errors::invalid_parameter("NextToken");
  return std::move(*start);
}

}  // namespace cumulite::sns
