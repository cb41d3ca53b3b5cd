#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"
#include "emulator/services/sqs/operations.h"
#include "emulator/services/sqs/service.h"

namespace cumulite::sqs {

/// A test with an SQS service in a test environment, and short forms of the common calls. Calls
/// that a test expects to succeed end it if they do not.
class SqsTest : public testing::Test {
 protected:
  SqsTest() { start_service(); }

  void start_service() {
    service_ = std::make_unique<SqsService>(env_.env());
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

  std::string create(const std::string& name, model::Map<std::string> attributes = {}) {
    auto made = call(create_queue, {.QueueName = name, .Attributes = std::move(attributes)});
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? *made->QueueUrl : std::string();
  }

  std::string create_fifo(const std::string& name, model::Map<std::string> attributes = {}) {
    attributes.emplace_back("FifoQueue", "true");
    return create(name, std::move(attributes));
  }

  api::SendMessageResult send(const std::string& url, const std::string& body,
                              const std::string& group = "", const std::string& dedup = "") {
    api::SendMessageRequest req = {.QueueUrl = url, .MessageBody = body};
    if (!group.empty()) req.MessageGroupId = group;
    if (!dedup.empty()) req.MessageDeduplicationId = dedup;
    auto sent = call(send_message, req);
    EXPECT_TRUE(sent.ok()) << (sent.ok() ? "" : sent.error().message);
    return sent.ok() ? *sent : api::SendMessageResult();
  }

  std::vector<api::Message> receive(api::ReceiveMessageRequest req) {
    if (!req.MaxNumberOfMessages) req.MaxNumberOfMessages = 10;
    if (!req.WaitTimeSeconds) req.WaitTimeSeconds = 0;
    auto received = call(receive_message, req);
    EXPECT_TRUE(received.ok()) << (received.ok() ? "" : received.error().message);
    if (!received.ok()) return {};
    auto* answer = std::get_if<api::ReceiveMessageResult>(&*received);
    if (answer == nullptr || !answer->Messages) return {};
    return *answer->Messages;
  }

  std::vector<api::Message> receive_all(const std::string& url) {
    return receive({.QueueUrl = url});
  }

  std::vector<std::string> bodies(const std::string& url) {
    std::vector<std::string> all;
    for (const auto& message : receive_all(url)) all.push_back(*message.Body);
    return all;
  }

  void remove(const std::string& url, const api::Message& message) {
    auto removed = call(delete_message, {.QueueUrl = url, .ReceiptHandle = *message.ReceiptHandle});
    EXPECT_TRUE(removed.ok()) << (removed.ok() ? "" : removed.error().message);
  }

  std::string attribute(const std::string& url, const std::string& name) {
    auto got = call(get_queue_attributes,
                    {.QueueUrl = url, .AttributeNames = std::vector<std::string>{name}});
    EXPECT_TRUE(got.ok());
    if (!got.ok() || !got->Attributes) return "(none)";
    const auto* value = model::find(*got->Attributes, name);
    return value == nullptr ? "(none)" : *value;
  }

  /// Ready, in flight, delayed.
  std::string counts(const std::string& url) {
    return attribute(url, "ApproximateNumberOfMessages") + "/" +
           attribute(url, "ApproximateNumberOfMessagesNotVisible") + "/" +
           attribute(url, "ApproximateNumberOfMessagesDelayed");
  }

  TestEnvironment env_;
  std::unique_ptr<SqsService> service_;
};

inline std::string system_attribute(const api::Message& message, const std::string& name) {
  if (!message.Attributes) return "(none)";
  const auto* value = model::find(*message.Attributes, name);
  return value == nullptr ? "(none)" : *value;
}

}  // namespace cumulite::sqs
