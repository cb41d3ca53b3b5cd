#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"
#include "emulator/services/dynamodb/item/item_writer.h"
#include "emulator/services/dynamodb/partiql/partiql_operations.h"
#include "emulator/services/dynamodb/request/batch_operations.h"
#include "emulator/services/dynamodb/request/item_operations.h"
#include "emulator/services/dynamodb/request/query_operations.h"
#include "emulator/services/dynamodb/service.h"
#include "emulator/services/dynamodb/table/table_operations.h"
#include "emulator/services/dynamodb/table/time_to_live.h"
#include "emulator/services/dynamodb/transaction/transaction_operations.h"

// Who meets a transaction that is under way, and what becomes of him. A transaction is kept under
// way by holding the item that it waits for, so that nothing here is left to chance.
namespace cumulite::dynamodb {
namespace {

constexpr const char* kConflictText = "Transaction is ongoing for the item";

/// A thread that has a domain until it is told to let go.
class HeldItem {
 public:
  HeldItem(storage::Store& store, std::string row)
      : thread_([&store, row = std::move(row), this] {
          store.transact({storage::Domain::exclusive_on(spaces::kDynamoDbItems, row)},
                         [this](storage::Txn&) {
                           held_.set_value();
                           released_.get_future().wait();
                         });
        }) {
    held_.get_future().wait();
  }

  ~HeldItem() { release(); }

  void release() {
    if (!thread_.joinable()) return;
    released_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> held_;
  std::promise<void> released_;
  std::thread thread_;
};

class ConflictTest : public testing::Test {
 protected:
  ConflictTest() : service_(make_service(environment_.env())) {
    environment_.add(*service_);
    api::CreateTableInput in;
    in.TableName = "data";
    in.BillingMode = "PAY_PER_REQUEST";
    auto& element = in.KeySchema.emplace().emplace_back();
    element.AttributeName = "p";
    element.KeyType = "HASH";
    auto& definition = in.AttributeDefinitions.emplace().emplace_back();
    definition.AttributeName = "p";
    definition.AttributeType = "S";
    EXPECT_TRUE(create_table(*call(), in).ok());
  }

  std::unique_ptr<TestCall> call() { return environment_.call(*service_); }

  Database& db() { return database(*call()); }

  static Item key(const std::string& name) { return {{"p", make_string(name)}}; }

  std::string row(const std::string& name) {
    return keys::item_row(*find_table(*call(), "data")->table, key(name));
  }

  auto put(const std::string& name) {
    api::PutItemInput in;
    in.TableName = "data";
    in.Item = key(name);
    return put_item(*call(), in);
  }

  /// Adds one to the item's `n`.
  template <class In>
  static void count(const std::string& name, In& in) {
    in.TableName = "data";
    in.Key = key(name);
    in.UpdateExpression = "ADD n :one";
    in.ExpressionAttributeValues.emplace().emplace_back(":one", make_number("1"));
  }

  auto update(const std::string& name) {
    api::UpdateItemInput in;
    count(name, in);
    return update_item(*call(), in);
  }

  auto erase(const std::string& name) {
    api::DeleteItemInput in;
    in.TableName = "data";
    in.Key = key(name);
    return delete_item(*call(), in);
  }

  auto transact(const std::vector<std::string>& names, std::optional<std::string> token = {}) {
    api::TransactWriteItemsInput in;
    in.ClientRequestToken = std::move(token);
    in.TransactItems.emplace();
    for (const auto& name : names) {
      count(name, in.TransactItems->emplace_back().Update.emplace());
    }
    return transact_write_items(*call(), in);
  }

  auto transact_check(const std::string& name) {
    api::TransactWriteItemsInput in;
    auto& check = in.TransactItems.emplace().emplace_back().ConditionCheck.emplace();
    check.TableName = "data";
    check.Key = key(name);
    check.ConditionExpression = "attribute_not_exists(x)";
    return transact_write_items(*call(), in);
  }

  auto transact_get(const std::vector<std::string>& names) {
    api::TransactGetItemsInput in;
    in.TransactItems.emplace();
    for (const auto& name : names) {
      auto& get = in.TransactItems->emplace_back().Get.emplace();
      get.TableName = "data";
      get.Key = key(name);
    }
    return transact_get_items(*call(), in);
  }

  auto execute(const std::string& text) {
    api::ExecuteStatementInput in;
    in.Statement = text;
    return execute_statement(*call(), in);
  }

  auto execute_all(const std::vector<std::string>& texts) {
    api::ExecuteTransactionInput in;
    in.TransactStatements.emplace();
    for (const auto& text : texts) in.TransactStatements->emplace_back().Statement = text;
    return execute_transaction(*call(), in);
  }

  auto get(const std::string& name) {
    api::GetItemInput in;
    in.TableName = "data";
    in.Key = key(name);
    in.ConsistentRead = true;
    return get_item(*call(), in);
  }

  std::string counted(const std::string& name) {
    const auto found = get(name);
    if (!found.ok() || !found->Item) return "";
    const auto* value = find(*found->Item, "n");
    return value == nullptr ? "" : value->text();
  }

  void wait_until_begun(const std::string& name) {
    while (!db().ongoing_writes().contains(row(name))) std::this_thread::yield();
  }

  /// Until a transaction is under way on the item, beside the writes that are.
  void wait_until_transaction(const std::string& name) {
    const auto item = row(name);
    while (!OngoingWrites::Write(db().ongoing_writes(), item).refused()) std::this_thread::yield();
  }

  template <class Answer>
  static void expect_refused(const Answer& answer) {
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, "TransactionConflictException");
    EXPECT_EQ(answer.error().message, kConflictText);
  }

  /// `codes` is how the message ends, `reasons` the JSON of CancellationReasons.
  template <class Answer>
  static void expect_canceled(const Answer& answer, const std::string& codes,
                              const std::string& reasons) {
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, "TransactionCanceledException");
    EXPECT_EQ(answer.error().message,
              "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
                  codes + "]");
    ASSERT_EQ(answer.error().fields.size(), 1U);
    EXPECT_EQ(answer.error().fields.front().value, reasons);
  }

  TestEnvironment environment_;
  std::unique_ptr<Service> service_;
};

constexpr const char* kNoReason = R"({"Code":"None"})";
constexpr const char* kConflictReason =
    R"({"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"})";

// A real transaction, between its begin and its commit: everything of one item, from all sides.
TEST_F(ConflictTest, WhoMeetsATransactionIsRefused) {
  HeldItem held(environment_.store(), row("a"));
  auto first = std::async(std::launch::async, [&] { return transact({"a"}, "token"); });
  wait_until_begun("a");
  const std::string only = std::string("[") + kConflictReason + "]";
  expect_refused(put("a"));
  expect_refused(update("a"));
  expect_refused(erase("a"));
  expect_refused(execute("UPDATE data SET x = 1 WHERE p = 'a'"));
  expect_canceled(transact({"a"}), "TransactionConflict", only);
  expect_canceled(transact_check("a"), "TransactionConflict", only);
  expect_canceled(transact_get({"a"}), "TransactionConflict", only);
  expect_canceled(execute_all({"SELECT * FROM data WHERE p = 'a'"}), "TransactionConflict", only);
  const auto repeated = transact({"a"}, "token");
  ASSERT_FALSE(repeated.ok());
  EXPECT_EQ(repeated.error().code, "TransactionInProgressException");
  EXPECT_EQ(repeated.error().message, "Transaction from previous request is still in progress");
  held.release();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(transact({"a"}, "token").ok()) << "done before: answered, not done again";
  EXPECT_EQ(counted("a"), "1") << "what was refused did nothing";
  EXPECT_TRUE(put("a").ok()) << "over with the commit";
}

// A check is part of the transaction: a write of the item would make it untrue.
TEST_F(ConflictTest, AConditionCheckIsPartOfTheTransaction) {
  HeldItem held(environment_.store(), row("a"));
  auto first = std::async(std::launch::async, [&] { return transact_check("a"); });
  wait_until_begun("a");
  expect_refused(put("a"));
  held.release();
  EXPECT_TRUE(first.get().ok());
}

// Of AWS's conflicts with single writes only the reading transaction is refused; one that writes
// waits for the write that was there before it.
TEST_F(ConflictTest, WhoMeetsASingleWriteWaitsUnlessHeReads) {
  HeldItem held(environment_.store(), row("a"));
  auto first = std::async(std::launch::async, [&] { return update("a"); });
  wait_until_begun("a");
  expect_canceled(transact_get({"b", "a"}), "None, TransactionConflict",
                  std::string("[") + kNoReason + "," + kConflictReason + "]");
  auto second = std::async(std::launch::async, [&] { return transact({"a"}); });
  wait_until_transaction("a");
  held.release();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
  EXPECT_EQ(counted("a"), "2");
  EXPECT_TRUE(transact_get({"b", "a"}).ok());
}

// Each conflict stands in its item's place, and what else was asked for says that it is not to
// blame. The transaction that is met is only said to be under way here.
TEST_F(ConflictTest, OtherItemsAreNotConcerned) {
  const auto item = row("a");
  {
    const OngoingWrites::Transaction other(db().ongoing_writes(), {item});
    const std::string reasons =
        std::string("[") + kNoReason + "," + kConflictReason + "," + kNoReason + "]";
    expect_canceled(transact({"b", "a", "c"}), "None, TransactionConflict, None", reasons);
    expect_canceled(transact_get({"b", "a", "c"}), "None, TransactionConflict, None", reasons);
    expect_canceled(
        execute_all({"INSERT INTO data VALUE {'p': 'b'}", "UPDATE data SET x = 1 WHERE p = 'a'",
                     "INSERT INTO data VALUE {'p': 'c'}"}),
        "None, TransactionConflict, None", reasons);
    EXPECT_FALSE(get("b")->Item.has_value());
    EXPECT_TRUE(transact({"b", "c"}).ok());
    EXPECT_TRUE(put("d").ok());
    EXPECT_TRUE(get("a").ok()) << "reads of committed items meet nobody";
    api::QueryInput of_a;
    of_a.TableName = "data";
    of_a.KeyConditionExpression = "p = :p";
    of_a.ExpressionAttributeValues.emplace().emplace_back(":p", make_string("a"));
    EXPECT_TRUE(query(*call(), of_a).ok());
    api::ScanInput all;
    all.TableName = "data";
    EXPECT_EQ(scan(*call(), all)->Count, 3);
  }
  EXPECT_TRUE(transact({"b", "a", "c"}).ok());
}

// A batch is no unit: what met a transaction is handed back, the rest is written.
TEST_F(ConflictTest, ABatchHandsBackWhatMetATransaction) {
  const auto item = row("a");
  const OngoingWrites::Transaction other(db().ongoing_writes(), {item});
  api::BatchWriteItemInput in;
  auto& requests = in.RequestItems.emplace().emplace_back("data", std::vector<api::WriteRequest>{});
  requests.second.emplace_back().PutRequest.emplace().Item = key("a");
  const auto none = batch_write_item(*call(), in);
  ASSERT_TRUE(none.ok());
  ASSERT_EQ(none->UnprocessedItems->size(), 1U);
  requests.second.emplace_back().PutRequest.emplace().Item = key("b");
  const auto some = batch_write_item(*call(), in);
  ASSERT_TRUE(some.ok());
  ASSERT_EQ(some->UnprocessedItems->size(), 1U);
  const auto& [table, left] = some->UnprocessedItems->front();
  EXPECT_EQ(table, "data");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(find(*left.front().PutRequest->Item, "p")->text(), "a");
  EXPECT_TRUE(get("b")->Item.has_value());
  EXPECT_FALSE(get("a")->Item.has_value());
}

TEST_F(ConflictTest, AStatementOfABatchSaysItsCode) {
  const auto item = row("a");
  const OngoingWrites::Transaction other(db().ongoing_writes(), {item});
  api::BatchExecuteStatementInput in;
  in.Statements.emplace().emplace_back().Statement = "INSERT INTO data VALUE {'p': 'a'}";
  in.Statements->emplace_back().Statement = "INSERT INTO data VALUE {'p': 'b'}";
  const auto answer = batch_execute_statement(*call(), in);
  ASSERT_TRUE(answer.ok());
  const auto& refused = answer->Responses->front().Error;
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->Code, "TransactionConflict");
  EXPECT_EQ(refused->Message, kConflictText);
  EXPECT_FALSE(answer->Responses->back().Error.has_value());
}

// A repeated request is answered from its token, whoever is under way on its items by now.
TEST_F(ConflictTest, ARepeatedRequestMeetsNobody) {
  ASSERT_TRUE(transact({"a"}, "token").ok());
  const auto item = row("a");
  const OngoingWrites::Transaction other(db().ongoing_writes(), {item});
  EXPECT_TRUE(transact({"a"}, "token").ok());
  const auto different = transact({"b"}, "token");
  ASSERT_FALSE(different.ok());
  EXPECT_EQ(different.error().code, "IdempotentParameterMismatchException");
}

// Expiry is no client's write, and nobody would repeat it: it is not refused.
TEST_F(ConflictTest, ItemsExpireWhateverIsUnderWay) {
  api::UpdateTimeToLiveInput in;
  in.TableName = "data";
  auto& specification = in.TimeToLiveSpecification.emplace();
  specification.AttributeName = "n";
  specification.Enabled = true;
  ASSERT_TRUE(update_time_to_live(*call(), in).ok());
  api::PutItemInput expiring;
  expiring.TableName = "data";
  expiring.Item = key("a");
  expiring.Item->emplace_back("n",
                              make_number(std::to_string(TestEnvironment::kStartMs / 1000 + 10)));
  ASSERT_TRUE(put_item(*call(), expiring).ok());
  const auto item = row("a");
  const OngoingWrites::Transaction other(db().ongoing_writes(), {item});
  environment_.advance(11'000);
  EXPECT_FALSE(get("a")->Item.has_value());
}

// Transactions and single writes at once on one item: what was answered with success, and nothing
// else, is counted.
TEST_F(ConflictTest, EverySuccessCountsOnce) {
  std::atomic<int> successes = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const bool done = t == 0 ? update("a").ok() : transact({"a", "b" + std::to_string(t)}).ok();
        if (done) ++successes;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(successes, 0);
  EXPECT_EQ(counted("a"), std::to_string(successes.load()));
}

}  // namespace
}  // namespace cumulite::dynamodb
