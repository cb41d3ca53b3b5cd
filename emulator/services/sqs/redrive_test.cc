#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "emulator/services/sqs/enqueue.h"
#include "emulator/services/sqs/test_queue.h"

namespace cumulite::sqs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kArn = "arn:aws:sqs:us-east-1:000000000000:";

std::string redrive_to(const std::string& name, int count) {
  return "{\"deadLetterTargetArn\":\"" + std::string(kArn) + name +
         "\",\"maxReceiveCount\":" + std::to_string(count) + "}";
}

class RedriveTest : public SqsTest {
 protected:
  /// Queue "q" with dead-letter queue "dead".
  void create_pair(int max_receive_count) {
    dead_ = create("dead");
    url_ = create("q", {{"RedrivePolicy", redrive_to("dead", max_receive_count)}});
  }

  /// Sends to "q" and receives until all are dead.
  void kill(int messages) {
    for (int i = 0; i < messages; ++i) send(url_, "m" + std::to_string(i));
    for (int i = 0; i < messages + 1; ++i) receive({.QueueUrl = url_, .VisibilityTimeout = 0});
  }

  api::ListMessageMoveTasksResultEntry task() {
    auto tasks = call(list_message_move_tasks, {.SourceArn = std::string(kArn) + "dead"});
    EXPECT_TRUE(tasks.ok());
    return tasks->Results->at(0);
  }

  std::string url_;
  std::string dead_;
};

// Golden test_dead_letter_queue_message_attributes.
TEST_F(RedriveTest, AMessageReceivedTooOftenBecomesADeadLetter) {
  create_pair(1);
  send(url_, "m");
  const auto all = std::vector<std::string>{"All"};
  const auto first = receive({.QueueUrl = url_, .AttributeNames = all, .VisibilityTimeout = 0});
  ASSERT_EQ(first.size(), 1U);
  env_.advance(5'000);
  EXPECT_THAT(receive_all(url_), IsEmpty());
  const auto dead = receive({.QueueUrl = dead_, .AttributeNames = all});
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(*dead[0].MessageId, *first[0].MessageId);
  EXPECT_EQ(system_attribute(dead[0], "ApproximateReceiveCount"), "2");
  EXPECT_EQ(system_attribute(dead[0], "DeadLetterQueueSourceArn"), std::string(kArn) + "q");
  EXPECT_EQ(system_attribute(dead[0], "SentTimestamp"),
            system_attribute(first[0], "SentTimestamp"));
  EXPECT_EQ(counts(url_), "0/0/0");
}

TEST_F(RedriveTest, LivingMessagesBehindDeadOnesAreReceived) {
  create_pair(1);
  kill(0);
  for (int i = 0; i < 12; ++i) send(url_, "old");
  receive({.QueueUrl = url_, .VisibilityTimeout = 0});
  receive({.QueueUrl = url_, .VisibilityTimeout = 0});
  send(url_, "new");
  std::vector<std::string> seen = bodies(url_);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back(), "new");
}

TEST_F(RedriveTest, ADeletedDeadLetterQueueLeavesMessagesWhereTheyAre) {
  create_pair(1);
  send(url_, "m");
  receive({.QueueUrl = url_, .VisibilityTimeout = 0});
  ASSERT_TRUE(call(delete_queue, {.QueueUrl = dead_}).ok());
  EXPECT_THAT(bodies(url_), ElementsAre("m"));
}

TEST_F(RedriveTest, PoliciesAreChecked) {
  create("dead");
  create_fifo("dead.fifo");
  create("closed", {{"RedriveAllowPolicy", "{\"redrivePermission\":\"denyAll\"}"}});
  const auto url = create("q");
  const auto set = [&](const std::string& policy) {
    const auto answer =
        call(set_queue_attributes,
             {.QueueUrl = url, .Attributes = model::Map<std::string>{{"RedrivePolicy", policy}}});
    return answer.ok() ? std::string("ok") : answer.error().message;
  };
  EXPECT_EQ(set(redrive_to("dead", 3)), "ok");
  EXPECT_EQ(set(""), "ok");
  EXPECT_EQ(attribute(url, "RedrivePolicy"), "(none)");
  const auto bad = redrive_to("dead", 0);
  EXPECT_EQ(set(bad), "Value " + bad +
                          " for parameter RedrivePolicy is invalid. Reason: Invalid value for "
                          "maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.");
  EXPECT_NE(set(redrive_to("gone", 3)), "ok");
  EXPECT_NE(set(redrive_to("dead.fifo", 3)), "ok");
  EXPECT_NE(set(redrive_to("closed", 3)), "ok");
  EXPECT_NE(set("{\"maxReceiveCount\":3}"), "ok");
  EXPECT_NE(set("[]"), "ok");
}

TEST_F(RedriveTest, SourcesOfADeadLetterQueueAreListed) {
  create_pair(3);
  create("another", {{"RedrivePolicy", redrive_to("dead", 2)}});
  create("unrelated");
  const auto first = call(list_dead_letter_source_queues, {.QueueUrl = dead_, .MaxResults = 1});
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(*first->queueUrls, ElementsAre("http://localhost:4566/000000000000/another"));
  const auto rest = call(list_dead_letter_source_queues,
                         {.QueueUrl = dead_, .NextToken = first->NextToken, .MaxResults = 1});
  EXPECT_THAT(*rest->queueUrls, ElementsAre("http://localhost:4566/000000000000/q"));
  EXPECT_FALSE(rest->NextToken.has_value());
}

TEST_F(RedriveTest, AMoveTaskReturnsMessagesToTheirQueue) {
  create_pair(1);
  kill(3);
  EXPECT_EQ(counts(dead_), "3/0/0");
  const auto started = call(start_message_move_task, {.SourceArn = std::string(kArn) + "dead"});
  ASSERT_TRUE(started.ok());
  env_.due().run_due();
  EXPECT_EQ(*task().Status, "COMPLETED");
  EXPECT_EQ(*task().ApproximateNumberOfMessagesMoved, 3);
  EXPECT_EQ(*task().ApproximateNumberOfMessagesToMove, 3);
  EXPECT_FALSE(task().TaskHandle.has_value());
  EXPECT_EQ(counts(dead_), "0/0/0");
  const auto back = receive({.QueueUrl = url_, .AttributeNames = std::vector<std::string>{"All"}});
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(system_attribute(back[0], "ApproximateReceiveCount"), "1");
  EXPECT_EQ(system_attribute(back[0], "DeadLetterQueueSourceArn"), "(none)");
}

// The first message moves at once, and each second another one.
TEST_F(RedriveTest, AMoveTaskKeepsItsRateAndCanBeCancelled) {
  create_pair(1);
  const auto target = create("target");
  kill(4);
  const auto started =
      call(start_message_move_task, {.SourceArn = std::string(kArn) + "dead",
                                     .DestinationArn = std::string(kArn) + "target",
                                     .MaxNumberOfMessagesPerSecond = 1});
  ASSERT_TRUE(started.ok());
  EXPECT_FALSE(call(start_message_move_task, {.SourceArn = std::string(kArn) + "dead"}).ok());
  env_.due().run_due();
  EXPECT_EQ(counts(target), "1/0/0");
  env_.advance(1'000);
  EXPECT_EQ(counts(target), "2/0/0");
  EXPECT_EQ(*task().Status, "RUNNING");
  const auto cancelled = call(cancel_message_move_task, {.TaskHandle = *started->TaskHandle});
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(*cancelled->ApproximateNumberOfMessagesMoved, 2);
  env_.advance(10'000);
  EXPECT_EQ(counts(target), "2/0/0");
  EXPECT_EQ(*task().Status, "CANCELLED");
}

TEST_F(RedriveTest, AMoveTaskFailsWithItsDestination) {
  create_pair(1);
  const auto target = create("target");
  kill(3);
  ASSERT_TRUE(call(start_message_move_task, {.SourceArn = std::string(kArn) + "dead",
                                             .DestinationArn = std::string(kArn) + "target",
                                             .MaxNumberOfMessagesPerSecond = 1})
                  .ok());
  env_.due().run_due();
  ASSERT_TRUE(call(delete_queue, {.QueueUrl = target}).ok());
  env_.advance(1'000);
  EXPECT_EQ(*task().Status, "FAILED");
  EXPECT_EQ(*task().FailureReason, "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(counts(dead_), "2/0/0");
}

TEST_F(RedriveTest, MoveTasksAnswerTheGoldenErrors) {
  create("plain");
  const auto message = [&](const Result<api::StartMessageMoveTaskResult>& answer) {
    return answer.ok() ? std::string("ok") : answer.error().message;
  };
  EXPECT_EQ(message(call(start_message_move_task, {.SourceArn = std::string(kArn) + "plain"})),
            "Source queue must be configured as a Dead Letter Queue.");
  EXPECT_EQ(message(call(start_message_move_task, {.SourceArn = std::string(kArn) + "gone"})),
            "The resource that you specified for the SourceArn parameter doesn't exist.");
  const auto bad = call(cancel_message_move_task, {.TaskHandle = "foobared"});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message, "Value for parameter TaskHandle is invalid.");
}

// Chains: another service's event enters the queue exactly once, or its dead-letter queue.
TEST_F(RedriveTest, DeliveriesEnterTheQueueOrItsDeadLetterQueue) {
  create_pair(3);
  env_.start();
  const SqsDelivery delivery = {.body = "event", .dead_letter_arn = std::string(kArn) + "dead"};
  for (const char* name : {"q", "gone"}) {
    env_.store().transact({}, [&](storage::Txn& txn) {
      env_.outbox().append(txn, {.account = "000000000000",
                                 .region = "us-east-1",
                                 .kind = "sqs",
                                 .target = std::string(kArn) + name,
                                 .payload = encode(delivery)});
    });
  }
  // The worker of the outbox is real: it has nothing else to do.
  for (int i = 0; i < 5'000 && env_.outbox().pending() > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(env_.outbox().pending(), 0U);
  EXPECT_THAT(bodies(url_), ElementsAre("event"));
  EXPECT_THAT(bodies(dead_), ElementsAre("event"));
}

}  // namespace
}  // namespace cumulite::sqs
