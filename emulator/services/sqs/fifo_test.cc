#include <gmock/gmock.h>

#include "emulator/services/sqs/test_queue.h"

namespace cumulite::sqs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(SqsTest, FifoGroupsAreClosedWhileInFlight) {
  const auto url = create_fifo("q.fifo", {{"ContentBasedDeduplication", "true"}});
  send(url, "a1", "a");
  send(url, "a2", "a");
  send(url, "b1", "b");
  const auto first = receive({.QueueUrl = url, .MaxNumberOfMessages = 1});
  EXPECT_EQ(*first[0].Body, "a1");
  EXPECT_THAT(bodies(url), ElementsAre("b1"));
  remove(url, first[0]);
  EXPECT_THAT(bodies(url), ElementsAre("a2"));
}

// A duplicate is acknowledged with the original's ids, and delivered never, deleted or not.
TEST_F(SqsTest, FifoDeduplicatesForFiveMinutes) {
  const auto url = create_fifo("q.fifo");
  const auto first = send(url, "m", "g", "d");
  EXPECT_EQ(first.SequenceNumber->size(), 20U);
  const auto second = send(url, "other", "h", "d");
  EXPECT_EQ(*second.MessageId, *first.MessageId);
  EXPECT_EQ(*second.SequenceNumber, *first.SequenceNumber);
  remove(url, receive_all(url)[0]);
  send(url, "m", "g", "d");
  EXPECT_THAT(receive_all(url), IsEmpty());
  env_.advance(300'000);
  send(url, "again", "g", "d");
  EXPECT_THAT(bodies(url), ElementsAre("again"));
}

TEST_F(SqsTest, FifoDeduplicatesByGroupWhenAsked) {
  const auto url = create_fifo("q.fifo", {{"DeduplicationScope", "messageGroup"},
                                          {"FifoThroughputLimit", "perMessageGroupId"}});
  send(url, "m1", "g", "d");
  send(url, "m2", "h", "d");
  send(url, "m3", "g", "d");
  EXPECT_THAT(bodies(url), ElementsAre("m1", "m2"));
}

// Golden test_fifo_change_to_high_throughput_after_creation: a new scope takes a minute.
TEST_F(SqsTest, FifoScopeChangesAfterAMinute) {
  const auto url = create_fifo("q.fifo");
  ASSERT_TRUE(call(set_queue_attributes,
                   {.QueueUrl = url,
                    .Attributes = model::Map<std::string>{{"DeduplicationScope", "messageGroup"}}})
                  .ok());
  EXPECT_EQ(attribute(url, "DeduplicationScope"), "messageGroup");
  send(url, "m1", "g", "d");
  send(url, "m2", "h", "d");
  EXPECT_THAT(bodies(url), ElementsAre("m1"));
  env_.advance(60'000);
  send(url, "m3", "i", "e");
  send(url, "m4", "j", "e");
  EXPECT_THAT(bodies(url), ElementsAre("m1", "m3", "m4"));
}

TEST_F(SqsTest, FifoDemandsItsIds) {
  const auto url = create_fifo("q.fifo");
  const auto no_group = call(send_message, {.QueueUrl = url, .MessageBody = "m"});
  ASSERT_FALSE(no_group.ok());
  EXPECT_EQ(no_group.error().code, "MissingParameter");
  EXPECT_EQ(no_group.error().message, "The request must contain the parameter MessageGroupId.");
  const auto no_id =
      call(send_message, {.QueueUrl = url, .MessageBody = "m", .MessageGroupId = "g"});
  ASSERT_FALSE(no_id.ok());
  EXPECT_EQ(no_id.error().code, "InvalidParameterValue");
  const auto delayed = call(send_message, {.QueueUrl = url,
                                           .MessageBody = "m",
                                           .DelaySeconds = 2,
                                           .MessageDeduplicationId = "d",
                                           .MessageGroupId = "g"});
  ASSERT_FALSE(delayed.ok());
  EXPECT_THAT(delayed.error().message, HasSubstr("Value 2 for parameter DelaySeconds is invalid."));
  const auto batch = call(send_message_batch,
                          {.QueueUrl = url,
                           .Entries = std::vector<api::SendMessageBatchRequestEntry>{
                               {.Id = "a", .MessageBody = "m", .MessageDeduplicationId = "d"}}});
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().code, "InvalidParameterValue");
}

TEST_F(SqsTest, FifoHandlesExpire) {
  const auto url = create_fifo("q.fifo", {{"VisibilityTimeout", "1"}});
  send(url, "m", "g", "d");
  const auto message = receive_all(url)[0];
  env_.advance(1'000);
  const auto refused =
      call(delete_message, {.QueueUrl = url, .ReceiptHandle = *message.ReceiptHandle});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "Value " + *message.ReceiptHandle +
                                         " for parameter ReceiptHandle is invalid. Reason: The "
                                         "receipt handle has expired.");
}

// As AWS was seen to do: what was purged does not make later messages duplicates.
TEST_F(SqsTest, APurgeForgetsDeduplicationIds) {
  const auto url = create_fifo("q.fifo");
  send(url, "m1", "g", "d");
  ASSERT_TRUE(call(purge_queue, {.QueueUrl = url}).ok());
  send(url, "m2", "g", "d");
  EXPECT_THAT(bodies(url), ElementsAre("m2"));
}

// In a standard queue the same handle still deletes (golden test_delete_after_visibility_timeout).
TEST_F(SqsTest, StandardHandlesOutliveTheirTimeout) {
  const auto url = create("q", {{"VisibilityTimeout", "1"}});
  send(url, "m");
  const auto message = receive_all(url)[0];
  env_.advance(1'000);
  remove(url, message);
  EXPECT_EQ(counts(url), "0/0/0");
}

// A client that lost the answer asks again under the same id and gets the same messages.
TEST_F(SqsTest, FifoReplaysAReceiveAttempt) {
  const auto url = create_fifo("q.fifo");
  send(url, "m1", "g", "1");
  send(url, "m2", "h", "2");
  const api::ReceiveMessageRequest req = {
      .QueueUrl = url, .VisibilityTimeout = 30, .ReceiveRequestAttemptId = "attempt"};
  const auto first = receive(req);
  ASSERT_EQ(first.size(), 2U);
  env_.advance(20'000);
  const auto again = receive(req);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(*again[0].ReceiptHandle, *first[0].ReceiptHandle);
  restart();
  EXPECT_EQ(receive(req).size(), 2U);
  // The replay hid them anew.
  env_.advance(20'000);
  EXPECT_THAT(receive_all(url), IsEmpty());
  remove(url, first[0]);
  EXPECT_THAT(receive(req), IsEmpty());
}

TEST_F(SqsTest, FifoDelayIsTheQueues) {
  const auto url = create_fifo("q.fifo", {{"DelaySeconds", "2"}});
  ASSERT_TRUE(call(send_message, {.QueueUrl = url,
                                  .MessageBody = "m",
                                  .DelaySeconds = 0,
                                  .MessageDeduplicationId = "d",
                                  .MessageGroupId = "g"})
                  .ok());
  EXPECT_THAT(receive_all(url), IsEmpty());
  env_.advance(2'000);
  EXPECT_THAT(bodies(url), ElementsAre("m"));
}

TEST_F(SqsTest, StandardQueuesTakeGroupsButNoDeduplication) {
  const auto url = create("q");
  send(url, "m", "tenant");
  const auto messages = receive(
      {.QueueUrl = url, .MessageSystemAttributeNames = std::vector<std::string>{"MessageGroupId"}});
  EXPECT_EQ(system_attribute(messages[0], "MessageGroupId"), "tenant");
  const auto refused =
      call(send_message, {.QueueUrl = url, .MessageBody = "m", .MessageDeduplicationId = "d"});
  ASSERT_FALSE(refused.ok());
  const auto bad_group =
      call(send_message, {.QueueUrl = url, .MessageBody = "m", .MessageGroupId = "group 123"});
  ASSERT_FALSE(bad_group.ok());
  EXPECT_EQ(bad_group.error().message,
            "Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can "
            "only include alphanumeric and punctuation characters. 1 to 128 in length.");
}

}  // namespace
}  // namespace cumulite::sqs
