#include <gmock/gmock.h>

#include "emulator/services/sns/test_topic.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kQueue = "arn:aws:sqs:us-east-1:000000000000:q";

TEST_F(SnsTest, SubscribeIsIdempotent) {
  const auto topic = create("t");
  const auto arn = add_queue(topic, "q", {{"RawMessageDelivery", "true"}});
  EXPECT_EQ(add_queue(topic, "q"), arn);
  EXPECT_EQ(outcome(subscribe, {.TopicArn = topic,
                                .Protocol = "sqs",
                                .Endpoint = kQueue,
                                .Attributes = Attributes{{"RawMessageDelivery", "false"}}}),
            "InvalidParameter: Invalid parameter: Attributes Reason: Subscription already exists "
            "with different attributes");
}

struct EndpointCase {
  const char* protocol;
  const char* endpoint;
  const char* outcome;
};

// Each protocol has its own endpoints, and its own words for what is none.
TEST_F(SnsTest, EndpointsAreCheckedByProtocol) {
  const auto topic = create("t");
  constexpr EndpointCase kCases[] = {
      {"sqs", "http://queue", "Invalid parameter: SQS endpoint ARN"},
      {"sqs", "arn:aws:sqs:us-east-1:000000000000:q.fifo",
       "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be "
       "subscribed to standard SNS topics"},
      {"http", "https://host/", "Invalid parameter: Endpoint must match the specified protocol"},
      {"email", "nobody", "Invalid parameter: Email address"},
      {"sms", "invalid-number", "Invalid SMS endpoint: invalid-number"},
      {"sms", "+1--5551234567", "Invalid SMS endpoint: +1--5551234567"},
      {"lambda", "f", "Invalid parameter: Lambda endpoint ARN"},
      {"pigeon", "x",
       "Invalid parameter: Amazon SNS does not support this protocol string: pigeon"},
  };
  for (const EndpointCase& given : kCases) {
    EXPECT_EQ(outcome(subscribe,
                      {.TopicArn = topic, .Protocol = given.protocol, .Endpoint = given.endpoint}),
              "InvalidParameter: " + std::string(given.outcome));
  }
  add(topic, "sms", "+1-555.123/4567");
  add(topic, "https", "https://host/");
}

TEST_F(SnsTest, AttributesOfSubscriptionsAreChecked) {
  const auto topic = create("t");
  const auto arn = add_queue(topic, "q");
  const auto set = [&](const std::string& name, const std::string& value) {
    return outcome(set_subscription_attributes,
                   {.SubscriptionArn = arn, .AttributeName = name, .AttributeValue = value});
  };
  EXPECT_EQ(set("FilterPolicyScope", "RandomValue"),
            "InvalidParameter: Invalid parameter: FilterPolicyScope: Invalid value [RandomValue]. "
            "Please use either MessageBody or MessageAttributes");
  EXPECT_EQ(set("FilterPolicyScope", "MessageBody"), "ok");
  EXPECT_EQ(subscription_attribute(arn, "FilterPolicyScope"), "(none)");
  EXPECT_EQ(set("FilterPolicy", R"({"a":{"b":["c"]}})"), "ok");
  EXPECT_EQ(subscription_attribute(arn, "FilterPolicyScope"), "MessageBody");
  EXPECT_EQ(set("FilterPolicy", "{}"), "ok");
  EXPECT_EQ(subscription_attribute(arn, "FilterPolicy"), "(none)");
  EXPECT_THAT(set("RedrivePolicy", R"({"deadLetterTargetArn":"q"})"), HasSubstr("invalid arn"));
  EXPECT_EQ(set("Unknown", "x"), "InvalidParameter: Invalid parameter: AttributeName");
  EXPECT_THAT(outcome(subscribe, {.TopicArn = topic,
                                  .Protocol = "sqs",
                                  .Endpoint = "arn:aws:sqs:us-east-1:000000000000:other",
                                  .Attributes = Attributes{{"FilterPolicy", "invalid"}}}),
              HasSubstr("Invalid parameter: Attributes Reason: FilterPolicy: failed to parse JSON. "
                        "Unrecognized token 'invalid'"));
}

// An HTTP endpoint is asked first, and forgotten when it does not answer within two days.
TEST_F(SnsTest, HttpEndpointsMustConfirm) {
  const auto topic = create("t");
  const auto arn = add(topic, "http", "http://127.0.0.1:9/");
  const auto events = env_.outbox().list("sns.http", 10);
  ASSERT_EQ(events.size(), 1U);
  const auto body =
      nlohmann::json::parse(nlohmann::json::parse(events[0].payload)["body"].get<std::string>());
  EXPECT_EQ(body["Type"], "SubscriptionConfirmation");
  EXPECT_EQ(subscription_attribute(arn, "PendingConfirmation"), "true");
  send({.TopicArn = topic, .Message = "m"});
  EXPECT_EQ(env_.outbox().list("sns.http", 10).size(), 1U);
  EXPECT_EQ(outcome(confirm_subscription, {.TopicArn = topic, .Token = "0"}),
            "InvalidParameter: Invalid parameter: Token");
  EXPECT_EQ(outcome(confirm_subscription, {.TopicArn = "t", .Token = "0"}),
            "InvalidParameter: Invalid parameter: Topic");
  EXPECT_EQ(outcome(confirm_subscription, {.TopicArn = topic, .Token = body["Token"]}), "ok");
  EXPECT_EQ(subscription_attribute(arn, "PendingConfirmation"), "false");
  const auto late = add(topic, "http", "http://127.0.0.1:9/late");
  env_.advance(2LL * 24 * 3600 * 1000);
  EXPECT_EQ(subscription_attribute(late, "Protocol"), "NotFound");
  EXPECT_EQ(subscription_attribute(arn, "Protocol"), "http");
}

// The link in a message works for everybody, unless its reader asked for more.
TEST_F(SnsTest, UnsubscribingMayDemandAuthentication) {
  const auto topic = create("t");
  const auto arn = add(topic, "http", "http://127.0.0.1:9/");
  const auto payload = nlohmann::json::parse(env_.outbox().list("sns.http", 1)[0].payload);
  const auto body = nlohmann::json::parse(payload["body"].get<std::string>());
  EXPECT_EQ(
      outcome(confirm_subscription,
              {.TopicArn = topic, .Token = body["Token"], .AuthenticateOnUnsubscribe = "true"}),
      "ok");
  auto anonymous = env_.call(*service_);
  anonymous->caller.anonymous = true;
  const auto refused = unsubscribe(anonymous->ctx(), {.SubscriptionArn = arn});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "AuthorizationError");
  EXPECT_EQ(outcome(unsubscribe, {.SubscriptionArn = arn}), "ok");
  EXPECT_EQ(outcome(unsubscribe, {.SubscriptionArn = arn}), "ok");
  EXPECT_EQ(topic_attribute(topic, "SubscriptionsDeleted"), "1");
  EXPECT_EQ(outcome(unsubscribe, {.SubscriptionArn = topic}),
            "InvalidParameter: Invalid parameter: SubscriptionId");
}

TEST_F(SnsTest, SubscriptionsAreListedInPages) {
  const auto topic = create("t");
  for (int i = 0; i < 101; ++i) add_queue(topic, "q" + std::to_string(i));
  const auto all = call(list_subscriptions, {});
  const auto first = call(list_subscriptions_by_topic, {.TopicArn = topic});
  ASSERT_TRUE(all.ok() && first.ok());
  EXPECT_EQ(all->Subscriptions->size(), 100U);
  EXPECT_EQ(first->Subscriptions->size(), 100U);
  const auto rest =
      call(list_subscriptions_by_topic, {.TopicArn = topic, .NextToken = first->NextToken});
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->Subscriptions->size(), 1U);
  EXPECT_FALSE(rest->NextToken);
}

}  // namespace
}  // namespace cumulite::sns
