#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"
#include "emulator/services/dynamodb/index/index_rows.h"
#include "emulator/services/dynamodb/item/item_writer.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/service.h"
#include "emulator/services/dynamodb/table/table_operations.h"

// The sizes of item collections: counted as items come and go, and refused where they are full.
namespace cumulite::dynamodb {
namespace {

class CollectionTest : public testing::Test {
 protected:
  CollectionTest() : service_(make_service(environment_.env())) {
    environment_.add(*service_);
    api::CreateTableInput in;
    in.TableName = "data";
    in.BillingMode = "PAY_PER_REQUEST";
    add_key(in.KeySchema.emplace(), "p", "c");
    auto& index = in.LocalSecondaryIndexes.emplace().emplace_back();
    index.IndexName = "by-l";
    add_key(index.KeySchema.emplace(), "p", "l");
    index.Projection.emplace().ProjectionType = "KEYS_ONLY";
    for (const std::string name : {"p", "c", "l"}) {
      if (!in.AttributeDefinitions) in.AttributeDefinitions.emplace();
      auto& definition = in.AttributeDefinitions->emplace_back();
      definition.AttributeName = name;
      definition.AttributeType = "S";
    }
    EXPECT_TRUE(create_table(*environment_.call(*service_), in).ok());
  }

  static void add_key(std::vector<api::KeySchemaElement>& schema, const std::string& hash,
                      const std::string& range) {
    for (const auto& [name, type] : {std::pair{hash, "HASH"}, std::pair{range, "RANGE"}}) {
      auto& element = schema.emplace_back();
      element.AttributeName = name;
      element.KeyType = type;
    }
  }

  static Item item(const std::string& partition, const std::string& text) {
    return {{"p", make_string(partition)},
            {"c", make_string("1")},
            {"l", make_string("2")},
            {"text", make_string(text)}};
  }

  auto put(const std::string& partition, const std::string& text) {
    api::PutItemInput in;
    in.TableName = "data";
    in.Item = item(partition, text);
    in.ReturnItemCollectionMetrics = "SIZE";
    return put_item(*environment_.call(*service_), in);
  }

  TablePtr table() { return find_table(*environment_.call(*service_), "data")->table; }

  std::int64_t size(const std::string& partition) {
    const auto found = table();
    return collection_bytes(environment_.store(), *found,
                            keys::item_row(*found, item(partition, "")));
  }

  void grow(const std::string& partition, std::int64_t bytes) {
    const auto found = table();
    environment_.store().transact({}, [&](storage::Txn& txn) {
      add_collection_bytes(txn, *found, keys::item_row(*found, item(partition, "")), bytes);
    });
  }

  TestEnvironment environment_;
  std::unique_ptr<Service> service_;
};

TEST_F(CollectionTest, CountsItemsAndTheirCopies) {
  ASSERT_TRUE(put("a", "12345678").ok());
  // p, c, l and text are 2 + 2 + 2 + 12 bytes; the index keeps the first three.
  EXPECT_EQ(size("a"), 18 + 6);
  ASSERT_TRUE(put("a", "1234").ok());
  EXPECT_EQ(size("a"), 14 + 6);
  EXPECT_EQ(size("b"), 0);
}

TEST_F(CollectionTest, AFullOneTakesOnlyWhatMakesItSmaller) {
  ASSERT_TRUE(put("a", "1234").ok());
  grow("a", kCollectionBytesMax);
  const auto refused = put("a", "12345");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "ItemCollectionSizeLimitExceededException");
  EXPECT_TRUE(put("b", "12345").ok()) << "another collection";
  const auto smaller = put("a", "123");
  ASSERT_TRUE(smaller.ok());
  EXPECT_EQ(*smaller->ItemCollectionMetrics->SizeEstimateRangeGB, (std::vector<double>{10, 11}));
}

}  // namespace
}  // namespace cumulite::dynamodb
