#include <gmock/gmock.h>

#include "emulator/services/sqs/enqueue.h"
#include "emulator/services/sqs/test_queue.h"

namespace cumulite::sqs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The digests are what every SDK compares with its own.
TEST_F(SqsTest, SendAnswersTheDigestsThatClientsCheck) {
  const auto url = create("q");
  api::SendMessageRequest req = {.QueueUrl = url, .MessageBody = "test"};
  api::MessageAttributeValue value;
  value.DataType = "Binary";
  value.BinaryValue =
      "traceparent\x1e"
      "00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01";
  req.MessageAttributes.emplace();
  req.MessageAttributes->emplace_back("attr1", value);
  const auto sent = call(send_message, req);
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(*sent->MD5OfMessageBody, "098f6bcd4621d373cade4e832627b4f6");
  EXPECT_EQ(*sent->MD5OfMessageAttributes, "8cbe4db156db8a94db8b801b7addb984");
  EXPECT_FALSE(sent->SequenceNumber.has_value());
}

TEST_F(SqsTest, AMessageIsReceivedHiddenAndDeleted) {
  const auto url = create("q");
  send(url, "hello");
  EXPECT_EQ(counts(url), "1/0/0");
  const auto messages = receive_all(url);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(counts(url), "0/1/0");
  EXPECT_THAT(receive_all(url), IsEmpty());
  remove(url, messages[0]);
  EXPECT_EQ(counts(url), "0/0/0");
  env_.advance(60'000);
  EXPECT_THAT(receive_all(url), IsEmpty());
}

// Acknowledged is kept: messages, receipts and counts survive a kill.
TEST_F(SqsTest, ARestartChangesNothing) {
  const auto url = create("q", {{"VisibilityTimeout", "60"}});
  const auto fifo = create_fifo("q.fifo");
  for (const char* body : {"a", "b", "c"}) send(url, body);
  const auto first = send(fifo, "x", "g", "d");
  const auto taken = receive({.QueueUrl = url, .MaxNumberOfMessages = 1});
  restart();
  EXPECT_EQ(counts(url), "2/1/0");
  EXPECT_THAT(bodies(url), ElementsAre("b", "c"));
  remove(url, taken[0]);
  EXPECT_EQ(counts(url), "0/2/0");
  // The deduplication window, and the rise of sequence numbers, last over it.
  EXPECT_EQ(*send(fifo, "x", "g", "d").MessageId, *first.MessageId);
  EXPECT_GT(*send(fifo, "y", "g", "e").SequenceNumber, *first.SequenceNumber);
}

TEST_F(SqsTest, LargeMessagesAreKeptInPieces) {
  const auto url = create("q");
  const std::string body(1'048'576, 'x');
  send(url, body);
  restart();
  const auto messages = receive_all(url);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(*messages[0].Body, body);
  remove(url, messages[0]);
  const auto refused = call(send_message, {.QueueUrl = url, .MessageBody = body + "y"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "One or more parameters are invalid. Reason: Message must be shorter than 1048576 "
            "bytes.");
}

TEST_F(SqsTest, DelayIsTheQueuesUnlessTheMessageSaysOtherwise) {
  const auto url = create("q", {{"DelaySeconds", "10"}});
  send(url, "late");
  ASSERT_TRUE(call(send_message, {.QueueUrl = url, .MessageBody = "now", .DelaySeconds = 0}).ok());
  EXPECT_EQ(counts(url), "1/0/1");
  EXPECT_THAT(bodies(url), ElementsAre("now"));
  env_.advance(10'000);
  EXPECT_THAT(bodies(url), ElementsAre("late"));
}

TEST_F(SqsTest, RetentionDropsOldMessages) {
  const auto url = create("q", {{"MessageRetentionPeriod", "60"}});
  send(url, "old");
  receive({.QueueUrl = url, .VisibilityTimeout = 600});
  env_.advance(59'999);
  EXPECT_EQ(counts(url), "0/1/0");
  env_.advance(1);
  EXPECT_EQ(counts(url), "0/0/0");
  restart();
  EXPECT_EQ(counts(url), "0/0/0");
}

TEST_F(SqsTest, VisibilityCanBeExtendedAndEnded) {
  const auto url = create("q");
  send(url, "m");
  const auto message = receive_all(url)[0];
  const auto change = [&](std::int32_t seconds) {
    return call(
        change_message_visibility,
        {.QueueUrl = url, .ReceiptHandle = *message.ReceiptHandle, .VisibilityTimeout = seconds});
  };
  ASSERT_TRUE(change(100).ok());
  env_.advance(50'000);
  EXPECT_THAT(receive_all(url), IsEmpty());
  ASSERT_TRUE(change(0).ok());
  const auto again = receive({.QueueUrl = url, .AttributeNames = std::vector<std::string>{"All"}});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(system_attribute(again[0], "ApproximateReceiveCount"), "2");
  EXPECT_NE(*again[0].ReceiptHandle, *message.ReceiptHandle);
  EXPECT_FALSE(change(43'201).ok());
  remove(url, message);
  const auto gone = change(1);
  ASSERT_FALSE(gone.ok());
  EXPECT_THAT(gone.error().message,
              HasSubstr("Reason: Message does not exist or is not available for visibility timeout "
                        "change."));
}

// Twelve hours since the receive is the most that extensions reach.
TEST_F(SqsTest, VisibilityEndsAfterTwelveHours) {
  const auto url = create("q");
  send(url, "m");
  const auto message = receive({.QueueUrl = url, .VisibilityTimeout = 43'200})[0];
  env_.advance(1'000);
  const auto changed =
      call(change_message_visibility,
           {.QueueUrl = url, .ReceiptHandle = *message.ReceiptHandle, .VisibilityTimeout = 43'200});
  ASSERT_FALSE(changed.ok());
  EXPECT_THAT(changed.error().message, HasSubstr("beyond the limit [43200 seconds]"));
}

TEST_F(SqsTest, HandlesOfOthersAreRefused) {
  const auto url = create("q");
  const auto other = create("other");
  send(other, "m");
  const auto handle = *receive_all(other)[0].ReceiptHandle;
  for (const std::string& bad : {std::string("garbage"), handle}) {
    const auto refused = call(delete_message, {.QueueUrl = url, .ReceiptHandle = bad});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "ReceiptHandleIsInvalid");
    EXPECT_EQ(refused.error().message,
              "The input receipt handle \"" + bad + "\" is not a valid receipt handle.");
  }
}

TEST_F(SqsTest, ABatchFailsInParts) {
  const auto url = create("q", {{"MaximumMessageSize", "1024"}});
  const auto answer =
      call(send_message_batch, {.QueueUrl = url,
                                .Entries = std::vector<api::SendMessageBatchRequestEntry>{
                                    {.Id = "good", .MessageBody = "m"},
                                    {.Id = "long", .MessageBody = std::string(1'025, 'x')},
                                    {.Id = "late", .MessageBody = "m", .DelaySeconds = 901}}});
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->Successful->size(), 1U);
  ASSERT_EQ(answer->Failed->size(), 2U);
  EXPECT_EQ(*answer->Failed->at(0).Message,
            "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 "
            "bytes.");
  EXPECT_TRUE(*answer->Failed->at(0).SenderFault);
  EXPECT_EQ(*answer->Failed->at(1).Code, "InvalidParameterValue");
}

TEST_F(SqsTest, ABatchIsRefusedAsAWhole) {
  const auto url = create("q");
  using Entries = std::vector<api::SendMessageBatchRequestEntry>;
  const auto code = [&](Entries entries) {
    const auto answer = call(send_message_batch, {.QueueUrl = url, .Entries = std::move(entries)});
    return answer.ok() ? std::string("ok") : answer.error().code;
  };
  EXPECT_EQ(code({}), "EmptyBatchRequest");
  EXPECT_EQ(code(Entries(11, {.Id = "a", .MessageBody = "m"})), "TooManyEntriesInBatchRequest");
  EXPECT_EQ(code(Entries(2, {.Id = "a", .MessageBody = "m"})), "BatchEntryIdsNotDistinct");
  EXPECT_EQ(code({{.Id = "a b", .MessageBody = "m"}}), "InvalidBatchEntryId");
  EXPECT_EQ(code({{.Id = "a", .MessageBody = std::string(1'048'570, 'x')},
                  {.Id = "b", .MessageBody = "1234567"}}),
            "BatchRequestTooLong");
}

// A long poll writes nothing, waits for the queue's topic and is run again.
TEST_F(SqsTest, ALongPollWaitsUntilItsDeadline) {
  const auto url = create("q", {{"ReceiveMessageWaitTimeSeconds", "5"}});
  auto poll = env_.call(*service_);
  const auto waiting = receive_message(poll->ctx(), {.QueueUrl = url});
  ASSERT_TRUE(waiting.ok());
  const auto* wait = std::get_if<Wait>(&*waiting);
  ASSERT_NE(wait, nullptr);
  EXPECT_EQ(wait->topic, topic_of("arn:aws:sqs:us-east-1:000000000000:q"));
  EXPECT_EQ(wait->deadline_ms, TestEnvironment::kStartMs + 5'000);
  bool woken = false;
  const auto subscription = env_.wake().subscribe(wait->topic, [&] { woken = true; });
  send(url, "m");
  EXPECT_TRUE(woken);
  poll->ctx().final_try = true;
  const auto answer = receive_message(poll->ctx(), {.QueueUrl = url});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(std::get<api::ReceiveMessageResult>(*answer).Messages->size(), 1U);
}

TEST_F(SqsTest, InvalidCharactersAreRefused) {
  const auto url = create("q");
  for (const std::string& body :
       {std::string("a\0b", 3), std::string("\x08"), std::string("\xEF\xBF\xBF")}) {
    const auto refused = call(send_message, {.QueueUrl = url, .MessageBody = body});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "InvalidMessageContents");
  }
  send(url, "tab\t, line\r\n, \xF0\x9F\x98\x80 and \xEF\xBF\xBD");
}

TEST_F(SqsTest, PeekingLeavesMessagesAsTheyAre) {
  const auto url = create("q");
  send(url, "a");
  send(url, "b");
  receive({.QueueUrl = url, .MaxNumberOfMessages = 1});
  const auto peeked = peek(env_.env(), "arn:aws:sqs:us-east-1:000000000000:q", 10);
  ASSERT_TRUE(peeked.ok());
  ASSERT_EQ(peeked->size(), 2U);
  EXPECT_TRUE(peeked->at(0).is_in_flight);
  EXPECT_TRUE(peeked->at(1).is_available);
  EXPECT_EQ(counts(url), "1/1/0");
}

}  // namespace
}  // namespace cumulite::sqs
