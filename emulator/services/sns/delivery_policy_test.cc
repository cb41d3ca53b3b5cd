#include "emulator/services/sns/delivery_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cumulite::sns {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> seconds(const RetryPolicy& policy) {
  std::vector<std::int64_t> delays;
  for (int number = 1; policy.delay_ms(number); ++number) {
    delays.push_back(*policy.delay_ms(number) / 1000);
  }
  return delays;
}

// What SNS does when nothing is said: three retries, 20 seconds apart.
TEST(DeliveryPolicy, DefaultsToThreeRetries) {
  EXPECT_THAT(seconds(RetryPolicy{}), ElementsAre(20, 20, 20));
}

// The four phases in their order: at once, least delay, back-off, greatest delay.
TEST(DeliveryPolicy, RetriesInFourPhases) {
  RetryPolicy policy;
  policy.min_delay_seconds = 10;
  policy.max_delay_seconds = 50;
  policy.retries = 10;
  policy.no_delay_retries = 2;
  policy.min_delay_retries = 1;
  policy.max_delay_retries = 2;
  EXPECT_THAT(seconds(policy), ElementsAre(0, 0, 10, 10, 20, 30, 40, 50, 50, 50));
}

// All back-off functions go from the least to the greatest delay; they differ in the way.
TEST(DeliveryPolicy, BackoffFunctionsDiffer) {
  RetryPolicy policy;
  policy.min_delay_seconds = 1;
  policy.max_delay_seconds = 16;
  policy.retries = 5;
  EXPECT_THAT(seconds(policy), ElementsAre(1, 4, 8, 12, 16));
  policy.backoff = Backoff::kArithmetic;
  EXPECT_THAT(seconds(policy), ElementsAre(1, 2, 5, 10, 16));
  policy.backoff = Backoff::kGeometric;
  EXPECT_THAT(seconds(policy), ElementsAre(1, 2, 4, 8, 16));
  policy.backoff = Backoff::kExponential;
  EXPECT_THAT(seconds(policy), ElementsAre(1, 2, 4, 8, 16));
}

// "The total policy retry time for an HTTP/S endpoint can't be greater than 3,600 seconds."
TEST(DeliveryPolicy, RetriesForAnHourAtMost) {
  const auto parse = [](std::string_view retry) {
    return parse_subscription_delivery_policy(
        std::string(R"({"healthyRetryPolicy":)").append(retry) + "}");
  };
  EXPECT_TRUE(parse(R"({"minDelayTarget":36,"maxDelayTarget":36,"numRetries":100})").ok());
  EXPECT_FALSE(parse(R"({"minDelayTarget":37,"maxDelayTarget":37,"numRetries":100})").ok());
  EXPECT_FALSE(parse(R"({"minDelayTarget":1,"maxDelayTarget":3600,"numRetries":3})").ok());
}

TEST(DeliveryPolicy, SubscriptionsOverrideTheirTopicUnlessForbidden) {
  const auto topic = parse_topic_delivery_policy(
      R"({"http":{"defaultHealthyRetryPolicy":{"numRetries":5},
          "defaultThrottlePolicy":{"maxReceivesPerSecond":4}}})");
  ASSERT_TRUE(topic.ok());
  const auto own = parse_subscription_delivery_policy(
      R"({"healthyRetryPolicy":{"numRetries":7},
          "requestPolicy":{"headerContentType":"application/json"}})");
  ASSERT_TRUE(own.ok());
  const auto both = effective_policy(&*topic, &*own);
  EXPECT_EQ(both.retry.retries, 7);
  EXPECT_EQ(both.receives_per_second_max, 4);
  EXPECT_EQ(both.content_type, "application/json");
  DeliveryPolicy forbidding = *topic;
  forbidding.disable_overrides = true;
  EXPECT_EQ(effective_policy(&forbidding, &*own).retry.retries, 5);
}

TEST(DeliveryPolicy, RefusesWhatCannotBe) {
  for (const char* text : {
           "no json",
           R"({"healthyRetryPolicy":{"numRetries":101}})",
           R"({"healthyRetryPolicy":{"minDelayTarget":0}})",
           R"({"healthyRetryPolicy":{"minDelayTarget":21,"maxDelayTarget":20}})",
           R"({"healthyRetryPolicy":{"numRetries":2,"numNoDelayRetries":3}})",
           R"({"healthyRetryPolicy":{"backoffFunction":"quadratic"}})",
           R"({"throttlePolicy":{"maxReceivesPerSecond":0}})",
       }) {
    EXPECT_FALSE(parse_subscription_delivery_policy(text).ok()) << text;
  }
}

TEST(DeliveryPolicy, IsShownAsSnsShowsIt) {
  EXPECT_EQ(DeliveryPolicy{}.topic_json(),
            R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,)"
            R"("numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,)"
            R"("numMinDelayRetries":0,"backoffFunction":"linear"},)"
            R"("disableSubscriptionOverrides":false,)"
            R"("defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}})");
}

}  // namespace
}  // namespace cumulite::sns
