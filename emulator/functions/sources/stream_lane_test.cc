#include "emulator/functions/sources/stream_lane.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"

namespace cumulite::functions {
namespace {

using testing::ElementsAre;

constexpr std::string_view kShard = "shardId-1";

/// One shard of records whose keys have the hashes 0, 1, 2, ...
class FakeStream final : public StreamSource {
 public:
  void add(std::int64_t written_ms) {
    const std::uint64_t sequence = records_.size() + 1;
    records_.push_back({sequence, std::to_string(sequence), written_ms, records_.size(),
                        fmt::format(R"({{"n":{}}})", sequence)});
  }

  std::optional<StreamView> view(std::string_view) override {
    return StreamView{{{std::string(kShard), {}, 1, {}}}, records_.size()};
  }

  StreamPage read(std::string_view, std::string_view, std::uint64_t from,
                  std::size_t limit) override {
    StreamPage page;
    page.next_sequence = from;
    for (const StreamRecord& record : records_) {
      if (record.sequence < from || page.records.size() == limit) continue;
      page.records.push_back(record);
      page.next_sequence = record.sequence + 1;
    }
    page.more = page.next_sequence > from && page.next_sequence <= records_.size();
    return page;
  }

  std::string topic(std::string_view) override { return "fake"; }

 private:
  std::vector<StreamRecord> records_;
};

class NoQueues final : public QueueSource {
 public:
  std::vector<QueueMessage> receive(std::string_view, std::size_t) override { return {}; }

  void remove(std::string_view, const std::vector<std::string>&) override {}

  std::uint64_t visible(std::string_view) override { return 0; }

  std::optional<std::int64_t> visibility_seconds(std::string_view) override { return {}; }

  std::string topic(std::string_view) override { return "none"; }
};

/// Remembers the events; fails those that contain `poison`.
class FakeFunction final : public FunctionInvoker {
 public:
  bool has_function(std::string_view) const override { return true; }

  InvocationResult invoke_sync(const InvocationRequest& request) override {
    events.emplace_back(request.payload);
    InvocationResult result;
    result.status = status;
    if (!poison.empty() && request.payload.find(poison) != std::string_view::npos)
      result.function_error = "Unhandled";
    return result;
  }

  std::vector<std::string> events;
  std::string poison;
  InvocationResult::Status status = InvocationResult::Status::kDone;
};

class StreamLaneTest : public ::testing::Test {
 protected:
  StreamLaneTest() {
    source_.id = "id";
    source_.account = "000000000000";
    source_.region = "us-east-1";
    source_.event_source_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/l";
    source_.starting_position = "TRIM_HORIZON";
    source_.batch_size = 2;
    for (int i = 0; i < 4; ++i) stream_.add(TestEnvironment::kStartMs);
  }

  /// The lane as a start of the daemon makes it, from its row.
  std::unique_ptr<StreamLane> lane(std::size_t number = 0) {
    const auto source = std::make_shared<const EventSource>(source_);
    const auto rows = load_lanes(test_.store(), source_, kShard, 1);
    return std::make_unique<StreamLane>(
        source, filter_, PollerParts{test_.env(), function_, queues_, stream_},
        LaneRange{std::string(kShard), number}, rows.at(number), abandoned_);
  }

  TestEnvironment test_;
  EventSource source_;
  EventFilter filter_;
  FakeStream stream_;
  NoQueues queues_;
  FakeFunction function_;
  std::atomic<bool> abandoned_ = false;
};

const std::string kFirst = R"({"Records":[{"n":1},{"n":2}]})";
const std::string kSecond = R"({"Records":[{"n":3},{"n":4}]})";

// The position is a row: what was processed does not come again after a restart.
TEST_F(StreamLaneTest, GoesOnAfterARestart) {
  EXPECT_EQ(lane()->step(false).at_ms, 0);
  const auto next = lane();
  EXPECT_EQ(next->step(false).at_ms, 0);
  EXPECT_TRUE(next->step(false).is_at_end);
  EXPECT_THAT(function_.events, ElementsAre(kFirst, kSecond));
}

// A daemon that ends cuts off what runs; that is no failure, and the batch comes again whole.
TEST_F(StreamLaneTest, ForgetsWhatWasCutOff) {
  function_.poison = "1";
  source_.maximum_retry_attempts = 0;
  const auto cut_off = lane();
  abandoned_ = true;
  cut_off->step(false);
  abandoned_ = false;
  function_.poison.clear();
  EXPECT_EQ(lane()->step(false).at_ms, 0);
  EXPECT_THAT(function_.events, ElementsAre(kFirst));
}

// Attempts and the time of the next one are kept too, so that a restart does not begin to count.
TEST_F(StreamLaneTest, CountsAttemptsOverRestarts) {
  function_.poison = R"("n":1)";
  source_.maximum_retry_attempts = 1;
  const std::int64_t retry_ms = lane()->step(false).at_ms;
  EXPECT_GT(retry_ms, TestEnvironment::kStartMs);
  EXPECT_EQ(lane()->step(false).at_ms, retry_ms) << "not before its time";
  test_.advance(60'000);
  const auto last = lane();
  last->step(false);
  last->step(false);
  EXPECT_THAT(function_.events, ElementsAre(kFirst, kFirst, kSecond));
}

// A function that is throttled or missing did not fail: retries are not used up by it.
TEST_F(StreamLaneTest, WaitsForAFunctionThatCannotRun) {
  source_.maximum_retry_attempts = 0;
  function_.status = InvocationResult::Status::kThrottled;
  const auto waiting = lane();
  EXPECT_GT(waiting->step(false).at_ms, TestEnvironment::kStartMs);
  function_.status = InvocationResult::Status::kDone;
  EXPECT_EQ(waiting->step(false).at_ms, 0);
  EXPECT_THAT(function_.events, ElementsAre(kFirst, kFirst));
}

// With another factor the lanes begin at the earliest of the old ones: at least once.
TEST_F(StreamLaneTest, AnotherFactorLosesNothing) {
  source_.parallelization_factor = 2;
  source_.batch_size = 1;
  lane(0)->step(false);
  source_.parallelization_factor = 1;
  source_.batch_size = 10;
  lane()->step(false);
  EXPECT_THAT(function_.events, ElementsAre(R"({"Records":[{"n":1}]})",
                                            R"({"Records":[{"n":1},{"n":2},{"n":3},{"n":4}]})"));
}

// LATEST is a number that was fixed when the source was made, whatever is written before it starts.
TEST_F(StreamLaneTest, LatestIsFixed) {
  source_.starting_position = "LATEST";
  source_.starting_sequence = 3;
  lane()->step(false);
  EXPECT_THAT(function_.events, ElementsAre(kSecond));
}

}  // namespace
}  // namespace cumulite::functions
