#include "emulator/services/dynamodb/throttle/throttle.h"

#include <gtest/gtest.h>

namespace cumulite::dynamodb {
namespace {

Table provisioned(std::int64_t units) {
  Table table;
  table.description.TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/data";
  table.account = "000000000000";
  table.row_prefix = "row";
  table.description.ProvisionedThroughput.emplace();
  table.description.ProvisionedThroughput->ReadCapacityUnits = units;
  table.description.ProvisionedThroughput->WriteCapacityUnits = units;
  return table;
}

// Nobody who did not ask is ever slowed down.
TEST(Throttle, IsOffUnlessAskedFor) {
  Throttle throttle;
  const Table table = provisioned(1);
  for (int i = 0; i < 1000; ++i) {
    throttle.charge_read(table, nullptr, 1, 0, 0);
    ASSERT_TRUE(throttle.admit_read(table, nullptr, 0).ok());
  }
}

// 300 seconds of unused capacity may be used at once, then the rate counts.
TEST(Throttle, LetsABurstThroughThenTheRate) {
  Throttle throttle;
  throttle.enable("", true);
  const Table table = provisioned(2);
  int admitted = 0;
  while (throttle.admit_read(table, nullptr, 0).ok()) {
    throttle.charge_read(table, nullptr, 1, 0, 0);
    ++admitted;
  }
  EXPECT_EQ(admitted, 600);
  EXPECT_TRUE(throttle.admit_write(table, 0).ok()) << "reads and writes are apart";
  EXPECT_FALSE(throttle.admit_read(table, nullptr, 0).ok());
  EXPECT_TRUE(throttle.admit_read(table, nullptr, 500).ok()) << "half a second gives one unit";
}

// A write larger than the whole bucket must be possible, or it would be refused for ever.
TEST(Throttle, LargeCallsLeaveDebt) {
  Throttle throttle;
  throttle.enable("000000000000", true);
  const Table table = provisioned(1);
  ASSERT_TRUE(throttle.admit_write(table, 0).ok());
  throttle.charge_write(table, {400, {}}, 1, 0);
  const auto refused = throttle.admit_write(table, 99'000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "ProvisionedThroughputExceededException");
  EXPECT_TRUE(throttle.admit_write(table, 101'000).ok());
}

}  // namespace
}  // namespace cumulite::dynamodb
