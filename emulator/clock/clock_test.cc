#include "emulator/clock/clock.h"

#include <gtest/gtest.h>

namespace cumulite {
namespace {

TEST(Clock, RunsAtRealTimeUntilItIsChanged) {
  const Clock clock;
  const std::int64_t before = real_now_ms();
  const std::int64_t now = clock.now_ms();
  EXPECT_GE(now, before);
  EXPECT_LE(now, real_now_ms());
  EXPECT_EQ(clock.state().offset_ms, 0);
}

TEST(Clock, FrozenTimeMovesOnlyByAdvanceAndSet) {
  Clock clock;
  clock.freeze();
  clock.set(1'000'000);
  EXPECT_EQ(clock.now_ms(), 1'000'000);
  clock.advance(5'000);
  EXPECT_EQ(clock.now_ms(), 1'005'000);
  clock.advance(-1);
  EXPECT_EQ(clock.now_ms(), 1'005'000) << "advance never goes back";
  EXPECT_TRUE(clock.state().frozen);
}

// Parallel test workers use an account each: one advancing its clock must not age the others' data.
TEST(Clock, AnAccountMayHaveAClockOfItsOwn) {
  Clock clock;
  clock.freeze();
  clock.set(1'000'000);
  clock.advance(500, "111111111111");
  EXPECT_EQ(clock.now_ms("111111111111"), 1'000'500);
  EXPECT_EQ(clock.now_ms("222222222222"), 1'000'000);
  EXPECT_EQ(clock.now_ms(), 1'000'000);
  EXPECT_TRUE(clock.has_own("111111111111"));
  clock.reset("111111111111");
  EXPECT_EQ(clock.now_ms("111111111111"), 1'000'000);
}

TEST(Clock, ScaleStretchesRealTimeAndBoundsRealWaits) {
  Clock clock;
  clock.scale(1000);
  const std::int64_t start = clock.now_ms();
  EXPECT_EQ(clock.real_ms_until(start - 1), 0);
  const std::int64_t wait = clock.real_ms_until(clock.now_ms() + 3'600'000);
  EXPECT_GT(wait, 3'000);
  EXPECT_LE(wait, 3'600);
  clock.freeze();
  EXPECT_GT(clock.real_ms_until(clock.now_ms() + 1), 3'600'000)
      << "a frozen clock never gets there";
}

// A restarted daemon must go on in its own time, or what it stored lies in the future.
TEST(Clock, SurvivesEncoding) {
  Clock clock;
  clock.freeze();
  clock.set(42'000);
  clock.advance(1'000, "111111111111");
  clock.scale(60, "111111111111");
  Clock other;
  other.decode(clock.encode());
  EXPECT_EQ(other.now_ms(), 42'000);
  EXPECT_EQ(other.now_ms("111111111111"), 43'000);
  EXPECT_EQ(other.state("111111111111").scale, 60);
  other.decode("garbage");
  EXPECT_EQ(other.now_ms(), 42'000) << "what cannot be read changes nothing";
}

}  // namespace
}  // namespace cumulite
