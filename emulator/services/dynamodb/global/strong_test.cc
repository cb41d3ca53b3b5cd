#include "emulator/services/dynamodb/global/strong.h"

#include <gtest/gtest.h>

#include "emulator/services/dynamodb/keys.h"

namespace cumulite::dynamodb {
namespace {

Table replica_in(const std::string& region, std::uint64_t number) {
  Table out;
  out.account = "000000000000";
  out.region = region;
  out.number = number;
  out.description.TableName = "data";
  out.row_prefix = keys::table_prefix(out.account, region, number);
  return out;
}

// Who meets a write of another Region on the same item is told so at once; rows differ by Region,
// the item is known by what follows them.
TEST(RegionalWrite, RefusesAnotherRegionsWriteOfTheSameItem) {
  const Table east = replica_in("us-east-1", 1);
  const Table ohio = replica_in("us-east-2", 2);
  RegionalWrite other_item(ohio, ohio.row_prefix + "b");
  {
    RegionalWrite first(east, east.row_prefix + "a");
    ASSERT_TRUE(first.begin().ok());
    RegionalWrite met(ohio, ohio.row_prefix + "a");
    const auto refused = met.begin();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "ReplicatedWriteConflictException");
    EXPECT_TRUE(other_item.begin().ok());
  }
  RegionalWrite later(ohio, ohio.row_prefix + "a");
  EXPECT_TRUE(later.begin().ok());
}

// Writes of one Region follow one another, and the item is free when the last of them is done.
TEST(RegionalWrite, LetsWritesOfOneRegionStandInLine) {
  const Table east = replica_in("us-east-1", 1);
  const Table ohio = replica_in("us-east-2", 2);
  RegionalWrite met(ohio, ohio.row_prefix + "a");
  {
    RegionalWrite first(east, east.row_prefix + "a");
    ASSERT_TRUE(first.begin().ok());
    {
      RegionalWrite second(east, east.row_prefix + "a");
      ASSERT_TRUE(second.begin().ok());
    }
    EXPECT_FALSE(met.begin().ok());
  }
  EXPECT_TRUE(met.begin().ok());
}

}  // namespace
}  // namespace cumulite::dynamodb
