#include "emulator/services/sqs/queue_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cumulite::sqs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kRetentionMs = 1'000'000;

class Index {
 public:
  explicit Index(bool fifo) : index(fifo) {}

  void add(std::uint64_t sequence, std::string_view group = "", std::int64_t visible_at_ms = 0) {
    index.add({.sequence = sequence,
               .sent_ms = now_ms,
               .visible_at_ms = visible_at_ms == 0 ? now_ms : visible_at_ms,
               .group_id = group},
              now_ms);
  }

  std::vector<std::uint64_t> receive(std::size_t max, std::int64_t hidden_ms = 30'000) {
    const auto picked = index.pick(max);
    for (const auto sequence : picked) index.receive(sequence, now_ms + hidden_ms, now_ms);
    return picked;
  }

  std::vector<QueueIndex::Expired> advance(std::int64_t milliseconds) {
    std::vector<QueueIndex::Expired> expired;
    now_ms += milliseconds;
    index.advance(now_ms, kRetentionMs, expired);
    return expired;
  }

  QueueIndex index;
  std::int64_t now_ms = 1'000;
};

// Consumers expect roughly the order of sending, though SQS does not promise it.
TEST(StandardIndex, HandsOutTheOldestFirst) {
  Index queue(false);
  for (const std::uint64_t sequence : {1, 2, 3}) queue.add(sequence);
  EXPECT_THAT(queue.receive(2), ElementsAre(1, 2));
  EXPECT_THAT(queue.receive(2), ElementsAre(3));
  EXPECT_EQ(queue.index.counts().in_flight, 3U);
}

// A message that was not deleted must come back, before younger ones.
TEST(StandardIndex, ShowsAMessageAgainAfterItsTimeout) {
  Index queue(false);
  queue.add(1);
  queue.receive(1, 5'000);
  queue.add(2);
  EXPECT_EQ(queue.index.next_due_ms(), 6'000);
  queue.advance(4'999);
  EXPECT_THAT(queue.index.pick(2), ElementsAre(2));
  queue.advance(1);
  EXPECT_THAT(queue.index.pick(2), ElementsAre(1, 2));
}

// A visibility timeout of 0 at the receive itself must not list the message twice.
TEST(StandardIndex, TakesATimeoutOfZero) {
  Index queue(false);
  for (const std::uint64_t sequence : {1, 2, 3}) queue.add(sequence);
  EXPECT_THAT(queue.receive(2, 0), ElementsAre(1, 2));
  EXPECT_THAT(queue.index.pick(10), ElementsAre(1, 2, 3));
  EXPECT_EQ(queue.index.counts().ready, 3U);
  EXPECT_EQ(queue.index.find(1)->receive_count, 1U);
}

TEST(StandardIndex, CountsDelayedMessagesApart) {
  Index queue(false);
  queue.add(1, "", 10'000);
  EXPECT_EQ(queue.index.counts().delayed, 1U);
  EXPECT_THAT(queue.index.pick(1), IsEmpty());
  queue.advance(9'000);
  EXPECT_EQ(queue.index.counts().ready, 1U);
  EXPECT_THAT(queue.index.pick(1), ElementsAre(1));
}

// Whatever order of changes, the timers must not grow with messages that are gone.
TEST(StandardIndex, ForgetsWhatIsDeleted) {
  Index queue(false);
  for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) {
    queue.add(sequence);
    queue.receive(1);
    queue.index.remove(sequence);
  }
  EXPECT_EQ(queue.index.size(), 0U);
  EXPECT_EQ(queue.index.counts().in_flight, 0U);
  queue.advance(60'000);
  EXPECT_THAT(queue.index.pick(10), IsEmpty());
}

TEST(StandardIndex, DropsMessagesOlderThanTheRetention) {
  Index queue(false);
  queue.add(1);
  queue.receive(1);
  queue.advance(10);
  queue.add(2);
  const auto expired = queue.advance(kRetentionMs - 10);
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired.front().sequence, 1U);
  EXPECT_TRUE(expired.front().received);
  EXPECT_EQ(queue.index.size(), 1U);
}

// Fair queues: a tenant that holds most of what is in flight yields to the others.
TEST(StandardIndex, LetsQuietTenantsOvertakeANoisyOne) {
  Index queue(false);
  for (std::uint64_t sequence = 1; sequence <= 40; ++sequence) queue.add(sequence, "noisy");
  queue.receive(10);
  queue.receive(10);
  queue.add(41, "quiet");
  queue.add(42);
  EXPECT_THAT(queue.index.pick(3), ElementsAre(41, 42, 21));
}

// Below the threshold the order of sending holds over all tenants.
TEST(StandardIndex, MixesTenantsWhileNoneIsNoisy) {
  Index queue(false);
  queue.add(1, "a");
  queue.add(2, "b");
  queue.add(3, "a");
  EXPECT_THAT(queue.index.pick(10), ElementsAre(1, 2, 3));
}

TEST(FifoIndex, KeepsAGroupClosedWhileItIsInFlight) {
  Index queue(true);
  queue.add(1, "a");
  queue.add(2, "a");
  queue.add(3, "b");
  EXPECT_THAT(queue.receive(1), ElementsAre(1));
  EXPECT_THAT(queue.receive(10), ElementsAre(3));
  EXPECT_THAT(queue.receive(10), IsEmpty());
  queue.index.remove(1);
  EXPECT_THAT(queue.receive(10), ElementsAre(2));
}

// As many of one group as there are come together, before the next group's.
TEST(FifoIndex, TakesSeveralOfOneGroupInOrder) {
  Index queue(true);
  queue.add(1, "a");
  queue.add(2, "b");
  queue.add(3, "a");
  EXPECT_THAT(queue.receive(3), ElementsAre(1, 3, 2));
}

// Golden test_fifo_receive_message_visibility_timeout_shared_in_group: a group that had its turn
// waits behind those that did not.
TEST(FifoIndex, LetsTheOtherGroupsGoFirst) {
  Index queue(true);
  for (const std::uint64_t sequence : {1, 2, 3}) queue.add(sequence, "one");
  queue.add(4, "two");
  queue.add(5, "three");
  EXPECT_THAT(queue.receive(2, 1'000), ElementsAre(1, 2));
  EXPECT_THAT(queue.receive(1, 1'000), ElementsAre(4));
  queue.advance(1'000);
  EXPECT_THAT(queue.receive(10, 0), ElementsAre(5, 1, 2, 3, 4));
  EXPECT_THAT(queue.receive(2, 0), ElementsAre(5, 1)) << "all had their turn in this order";
}

// Golden test_fifo_group_visibility_extends_with_change_message_visibility: what stands behind a
// hidden message stays hidden, what stands before it does not.
TEST(FifoIndex, BlocksBehindAMessageThatIsHiddenLonger) {
  for (const std::uint64_t extended : {1, 2, 3}) {
    Index queue(true);
    for (const std::uint64_t sequence : {1, 2, 3}) queue.add(sequence, "a");
    queue.receive(3, 1'000);
    queue.index.change_visibility(extended, queue.now_ms + 4'000, queue.now_ms);
    queue.advance(2'500);
    EXPECT_EQ(queue.index.pick(10).size(), extended - 1);
    queue.advance(2'500);
    EXPECT_THAT(queue.index.pick(10), ElementsAre(1, 2, 3));
  }
}

TEST(FifoIndex, KeepsTheOrderOfDelayedMessages) {
  Index queue(true);
  queue.add(1, "a", 5'000);
  queue.add(2, "a", 5'000);
  EXPECT_THAT(queue.index.pick(10), IsEmpty());
  queue.advance(4'000);
  EXPECT_THAT(queue.index.pick(10), ElementsAre(1, 2));
}

}  // namespace
}  // namespace cumulite::sqs
