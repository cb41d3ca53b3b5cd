#include "emulator/services/dynamodb/stream/stream.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/service.h"
#include "emulator/services/dynamodb/table/table_operations.h"

namespace cumulite::dynamodb::stream {
namespace {

constexpr std::string_view kAccount = "000000000000";
constexpr std::string_view kRegion = "us-east-1";

class StreamTest : public testing::Test {
 protected:
  StreamTest() : service_(make_service(environment_.env())) {
    environment_.add(*service_);
    api::CreateTableInput in;
    in.TableName = "data";
    in.BillingMode = "PAY_PER_REQUEST";
    auto& key = in.KeySchema.emplace().emplace_back();
    key.AttributeName = "p";
    key.KeyType = "HASH";
    auto& definition = in.AttributeDefinitions.emplace().emplace_back();
    definition.AttributeName = "p";
    definition.AttributeType = "S";
    in.StreamSpecification.emplace();
    in.StreamSpecification->StreamEnabled = true;
    in.StreamSpecification->StreamViewType = "KEYS_ONLY";
    EXPECT_TRUE(create_table(*environment_.call(*service_), in).ok());
  }

  void put(const std::string& key, int version) {
    api::PutItemInput in;
    in.TableName = "data";
    in.Item = Item{{"p", make_string(key)}, {"v", make_number(std::to_string(version))}};
    ASSERT_TRUE(put_item(*environment_.call(*service_), in).ok());
  }

  Facts facts() {
    return list(environment_.store(), kAccount, kRegion, "data", environment_.clock().now_ms())
        .front();
  }

  /// All records of a shard, in its order.
  std::vector<StoredRecord> records(const Facts& of, const ShardFacts& shard) {
    std::vector<StoredRecord> out;
    std::uint64_t from = 0;
    while (true) {
      auto page = read(environment_.store(), kAccount, kRegion, of, shard.number, from, 300);
      for (auto& record : page.records) out.push_back(std::move(record));
      if (page.next_sequence <= from || page.next_sequence > of.last_sequence) return out;
      from = page.next_sequence;
    }
  }

  TestEnvironment environment_;
  std::unique_ptr<Service> service_;
};

TEST_F(StreamTest, ABusyShardSplitsAndKeepsItemsInOrder) {
  // Readers follow parents to children: each record once, each item in one place at a time.
  constexpr int kItems = 50;
  constexpr int kWrites = static_cast<int>(kSplitRecords) + 500;
  for (int i = 0; i < kWrites; ++i) put("k" + std::to_string(i % kItems), i);
  const Facts all = facts();
  ASSERT_EQ(all.shards.size(), 3U);
  EXPECT_TRUE(all.shards[0].last_sequence);
  EXPECT_EQ(all.shards[1].parent_id, shard_id(all, all.shards[0]));
  EXPECT_EQ(all.shards[2].parent_id, shard_id(all, all.shards[0]));
  EXPECT_NE(shard_id(all, all.shards[1]), shard_id(all, all.shards[2]));
  std::size_t count = 0;
  std::map<std::string, std::set<std::uint32_t>> places;
  for (const auto& shard : all.shards) {
    std::uint64_t last = 0;
    for (const auto& record : records(all, shard)) {
      EXPECT_GT(record.sequence, last);
      last = record.sequence;
      if (shard.number != 0) places[dynamodb::find(record.keys, "p")->text()].insert(shard.number);
      ++count;
    }
  }
  EXPECT_EQ(count, static_cast<std::size_t>(kWrites));
  std::set<std::uint32_t> used;
  for (const auto& [key, shards] : places) {
    EXPECT_EQ(shards.size(), 1U) << key;
    used.insert(shards.begin(), shards.end());
  }
  EXPECT_EQ(used.size(), 2U);
}

TEST_F(StreamTest, AnIdleShardIsContinuedByOneChildAndGoesAfterADay) {
  put("a", 1);
  environment_.advance(kShardLifetimeMs);
  Facts all = facts();
  ASSERT_EQ(all.shards.size(), 2U) << "no record came, but its time was over";
  EXPECT_TRUE(all.shards[0].last_sequence);
  put("a", 2);
  all = facts();
  ASSERT_EQ(all.shards.size(), 2U);
  const std::string first = shard_id(all, all.shards[0]);
  EXPECT_EQ(all.shards[1].parent_id, first);
  environment_.advance(kRetentionMs + kShardLifetimeMs);
  put("a", 3);
  all = facts();
  // The name of a parent outlives it.
  EXPECT_NE(shard_id(all, all.shards.front()), first);
  EXPECT_FALSE(all.shards.front().parent_id.empty());
  EXPECT_LE(all.shards.size(), 8U);
  EXPECT_EQ(records(all, all.shards.back()).size(), 1U);
}

}  // namespace
}  // namespace cumulite::dynamodb::stream
