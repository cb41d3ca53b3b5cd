#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"
#include "emulator/events/payloads.h"
#include "emulator/services/sns/operations.h"
#include "emulator/services/sns/service.h"

namespace cumulite::sns {

/// A test with an SNS service in a test environment, and short forms of the common calls. Nothing
/// is delivered: tests look at the outbox.
class SnsTest : public testing::Test {
 protected:
  SnsTest() { start_service(); }

  void start_service() {
    env_.settings().endpoint_url = "http://127.0.0.1:4566";
    service_ = std::make_unique<SnsService>(env_.env());
    env_.add(*service_);
  }

  /// As after kill -9 and a new start.
  void restart() {
    service_.reset();
    env_.reopen();
    start_service();
  }

  template <class Out, class In>
  Result<Out> call(Result<Out> (*handler)(Context&, const In&), const In& in) {
    auto made = env_.call(*service_);
    return handler(made->ctx(), in);
  }

  /// "Code: message" of a refusal; "ok" otherwise.
  template <class Out, class In>
  std::string outcome(Result<Out> (*handler)(Context&, const In&), const In& in) {
    const auto answer = call(handler, in);
    return answer.ok() ? "ok" : answer.error().code + ": " + answer.error().message;
  }

  std::string create(const std::string& name, Attributes attributes = {}) {
    if (name.ends_with(".fifo")) attributes.emplace_back("FifoTopic", "true");
    auto made = call(create_topic, {.Name = name, .Attributes = std::move(attributes)});
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? *made->TopicArn : "";
  }

  std::string add(const std::string& topic, const std::string& protocol,
                  const std::string& endpoint, Attributes attributes = {}) {
    auto made = call(subscribe, {.TopicArn = topic,
                                 .Protocol = protocol,
                                 .Endpoint = endpoint,
                                 .Attributes = std::move(attributes),
                                 .ReturnSubscriptionArn = true});
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? *made->SubscriptionArn : "";
  }

  std::string add_queue(const std::string& topic, const std::string& name,
                        Attributes attributes = {}) {
    return add(topic, "sqs", "arn:aws:sqs:us-east-1:000000000000:" + name, std::move(attributes));
  }

  api::PublishResponse send(api::PublishInput req) {
    auto sent = call(publish, req);
    EXPECT_TRUE(sent.ok()) << (sent.ok() ? "" : sent.error().message);
    return sent.ok() ? *sent : api::PublishResponse();
  }

  /// What waits for the queues, in order.
  std::vector<std::pair<std::string, SqsDelivery>> queued() {
    std::vector<std::pair<std::string, SqsDelivery>> deliveries;
    for (const Event& event : env_.outbox().list("sqs", 1'000)) {
      auto delivery = decode_sqs_delivery(event.payload);
      EXPECT_TRUE(delivery.ok());
      if (delivery.ok()) deliveries.emplace_back(event.target, std::move(*delivery));
    }
    return deliveries;
  }

  std::string topic_attribute(const std::string& arn, const std::string& name) {
    const auto got = call(get_topic_attributes, {.TopicArn = arn});
    if (!got.ok()) return got.error().code;
    const auto* value = model::find(*got->Attributes, name);
    return value == nullptr ? "(none)" : *value;
  }

  std::string subscription_attribute(const std::string& arn, const std::string& name) {
    const auto got = call(get_subscription_attributes, {.SubscriptionArn = arn});
    if (!got.ok()) return got.error().code;
    const auto* value = model::find(*got->Attributes, name);
    return value == nullptr ? "(none)" : *value;
  }

  TestEnvironment env_;
  std::unique_ptr<SnsService> service_;
};

}  // namespace cumulite::sns
