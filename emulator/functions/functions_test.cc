#include "emulator/functions/functions.h"

#include <chrono>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "emulator/core/settle.h"
#include "emulator/core/test_environment.h"
#include "emulator/functions/sources/queue_batch.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

const Scope kScope = {"000000000000", "us-east-1"};
constexpr const char* kQueueArn = "arn:aws:sqs:us-east-1:000000000000:work";

/// A queue in memory: what is received is in flight until it is removed.
class FakeQueues : public QueueSource {
 public:
  explicit FakeQueues(WakeHub& wake) : wake_(wake) {}

  void send(std::string id, std::string body) {
    {
      const std::lock_guard lock(mutex_);
      visible_.push_back(
          {.message_id = id, .receipt_handle = "handle-" + id, .body = std::move(body)});
    }
    wake_.notify(topic(kQueueArn));
  }

  std::vector<QueueMessage> receive(std::string_view, std::size_t count) override {
    const std::lock_guard lock(mutex_);
    std::vector<QueueMessage> taken;
    while (!visible_.empty() && taken.size() < count) {
      taken.push_back(visible_.front());
      visible_.erase(visible_.begin());
    }
    return taken;
  }

  void remove(std::string_view, const std::vector<std::string>& handles) override {
    const std::lock_guard lock(mutex_);
    removed_.insert(removed_.end(), handles.begin(), handles.end());
  }

  std::uint64_t visible(std::string_view) override {
    const std::lock_guard lock(mutex_);
    return visible_.size();
  }

  std::optional<std::int64_t> visibility_seconds(std::string_view) override { return 30; }

  std::string topic(std::string_view arn) override { return "fake/" + std::string(arn); }

  std::vector<std::string> removed() {
    const std::lock_guard lock(mutex_);
    return removed_;
  }

 private:
  WakeHub& wake_;
  std::mutex mutex_;
  std::vector<QueueMessage> visible_;
  std::vector<std::string> removed_;
};

class NoStreams : public StreamSource {
 public:
  std::optional<StreamView> view(std::string_view) override { return std::nullopt; }

  StreamPage read(std::string_view, std::string_view, std::uint64_t, std::size_t) override {
    return {};
  }

  std::string topic(std::string_view arn) override { return "fake/" + std::string(arn); }
};

class FunctionsTest : public ::testing::Test {
 protected:
  FunctionsTest() {
    auto queues = std::make_unique<FakeQueues>(test_.env().wake);
    queues_ = queues.get();
    functions_ =
        std::make_unique<Functions>(test_.env(), std::move(queues), std::make_unique<NoStreams>());
    functions_->attach();
    auto& settle = test_.env().settle;
    settle.register_source(
        "outbox", [this](std::string_view account) { return test_.env().outbox.pending(account); });
    settle.register_source(
        "due", [this](std::string_view account) { return test_.env().due.due_now(account); });
  }

  ~FunctionsTest() override { functions_->stop(); }

  void shell_function(const std::string& script, int retries = 2) {
    const auto made = functions_->create_function(
        nlohmann::json{{"name", "f"},
                       {"command", {"sh", "-c", script}},
                       {"retries", retries},
                       {"dead_letter_arn", "arn:aws:sqs:us-east-1:000000000000:dead"}}
            .dump(),
        kScope);
    ASSERT_TRUE(made.ok()) << made.error().message;
  }

  void source(bool report, int batch_size) {
    const auto made =
        functions_->create_event_source(nlohmann::json{{"function", "f"},
                                                       {"event_source_arn", kQueueArn},
                                                       {"batch_size", batch_size},
                                                       {"maximum_concurrency", 1},
                                                       {"report_batch_item_failures", report}}
                                            .dump(),
                                        kScope);
    ASSERT_TRUE(made.ok()) << made.error().message;
  }

  TestEnvironment test_;
  FakeQueues* queues_ = nullptr;
  std::unique_ptr<Functions> functions_;
};

TEST_F(FunctionsTest, ASuccessfulBatchIsRemovedFromItsQueue) {
  shell_function("cat >/dev/null");
  queues_->send("1", "a");
  queues_->send("2", "b");
  source(false, 10);
  functions_->start();
  EXPECT_TRUE(test_.env().settle.wait(kScope.account, 10'000).empty());
  EXPECT_EQ(queues_->removed(), (std::vector<std::string>{"handle-1", "handle-2"}));
}

// What failed must stay in flight: the queue's own visibility time-out and redrive policy decide.
TEST_F(FunctionsTest, ReportedItemsAndFailedBatchesStay) {
  shell_function(
      R"(grep -q '"messageId":"9"' && exit 1; echo '{"batchItemFailures":[{"itemIdentifier":"2"}]}')");
  queues_->send("1", "a");
  queues_->send("2", "b");
  source(true, 2);
  functions_->start();
  EXPECT_TRUE(test_.env().settle.wait(kScope.account, 10'000).empty());
  queues_->send("9", "c");
  EXPECT_TRUE(test_.env().settle.wait(kScope.account, 10'000).empty());
  EXPECT_EQ(queues_->removed(), std::vector<std::string>{"handle-1"});
}

TEST_F(FunctionsTest, TheEventHasTheShapeOfLambdas) {
  const EventSource source = {.region = "eu-west-1", .event_source_arn = kQueueArn};
  QueueMessage message = {
      .message_id = "id", .receipt_handle = "handle", .body = "text", .md5_of_body = "md5"};
  message.attributes = {{"ApproximateReceiveCount", "1"}};
  message.message_attributes = {{"colour", "String", "red"}, {"raw", "Binary", "\x01"}};
  const auto record =
      nlohmann::json::parse(event_of({queue_record(source, message)}))["Records"][0];
  EXPECT_EQ(record["messageId"], "id");
  EXPECT_EQ(record["eventSource"], "aws:sqs");
  EXPECT_EQ(record["eventSourceARN"], kQueueArn);
  EXPECT_EQ(record["awsRegion"], "eu-west-1");
  EXPECT_EQ(record["attributes"]["ApproximateReceiveCount"], "1");
  EXPECT_EQ(record["messageAttributes"]["colour"]["stringValue"], "red");
  EXPECT_EQ(record["messageAttributes"]["raw"]["binaryValue"], "AQ==");
}

TEST_F(FunctionsTest, AMalformedReportMeansThatAllFailed) {
  const EventSource source = {.report_batch_item_failures = true};
  const std::vector<QueueMessage> messages = {{.message_id = "1", .receipt_handle = "h1"}};
  EXPECT_EQ(handled(source, messages, "null").size(), 1U);
  EXPECT_EQ(handled(source, messages, R"({"batchItemFailures":[]})").size(), 1U);
  EXPECT_EQ(handled(source, messages, R"({"batchItemFailures":[{"itemIdentifier":""}]})").size(),
            0U);
  EXPECT_EQ(
      handled(source, messages, R"({"batchItemFailures":[{"itemIdentifier":"other"}]})").size(),
      0U);
  EXPECT_EQ(handled(source, messages, R"({"batchItemFailures":"all"})").size(), 0U);
}

// An asynchronous event is tried three times on the virtual clock, then goes to the dead-letter
// queue as it was.
TEST_F(FunctionsTest, AnAsynchronousEventIsRetriedThenDeadLettered) {
  shell_function("exit 1");
  std::vector<std::string> dead;
  test_.env().outbox.register_target("sqs", 0, [&](const Event& event) {
    dead.push_back(decode_sqs_delivery(event.payload)->body);
    return Delivery{};
  });
  test_.start();
  Event event = {.account = kScope.account,
                 .region = kScope.region,
                 .kind = "function",
                 .target = "arn:aws:lambda:us-east-1:000000000000:function:f"};
  event.payload = encode(FunctionDelivery{.event_json = R"({"n":1})", .source = "s3"});
  test_.env().store.transact({}, [&](storage::Txn& txn) { test_.env().outbox.append(txn, event); });
  EXPECT_TRUE(test_.env().settle.wait(kScope.account, 10'000).empty());
  EXPECT_EQ(functions_->invoker().logs(kScope.account, "f").size(), 1U);
  test_.env().due.advance(61'000);
  EXPECT_TRUE(test_.env().settle.wait(kScope.account, 10'000).empty());
  EXPECT_TRUE(dead.empty());
  test_.env().due.advance(121'000);
  EXPECT_TRUE(test_.env().settle.wait(kScope.account, 10'000).empty());
  EXPECT_EQ(functions_->invoker().logs(kScope.account, "f").size(), 3U);
  EXPECT_EQ(dead, std::vector<std::string>{R"({"n":1})"});
}

TEST_F(FunctionsTest, ConfigurationErrorsNameTheMember) {
  const auto misspelt = parse_function(R"({"name":"f","comand":["x"],"command":["x"]})", kScope);
  ASSERT_FALSE(misspelt.ok());
  EXPECT_NE(misspelt.error().message.find("comand"), std::string::npos);
  EXPECT_FALSE(parse_function(R"({"name":"bad name","command":["x"]})", kScope).ok());
  EXPECT_FALSE(parse_function(R"({"name":"f"})", kScope).ok());
  EXPECT_FALSE(parse_function(R"({"name":"f","runtime":"http"})", kScope).ok());
  EXPECT_FALSE(
      parse_function(R"({"name":"f","command":["x"],"timeout_seconds":901})", kScope).ok());
  EXPECT_FALSE(
      functions_->configure(R"({"functions":[{"name":"f","command":["x"]},{"name":""}]})").ok());
  EXPECT_EQ(functions_->registry().find(kScope, "f"), nullptr) << "nothing of a bad file is taken";
}

TEST_F(FunctionsTest, RegistrySurvivesARestart) {
  shell_function("true");
  source(true, 3);
  const FunctionRegistry again(test_.store());
  ASSERT_NE(again.find(kScope, "f"), nullptr);
  EXPECT_EQ(again.find(kScope, "f")->command.back(), "true");
  functions_->read_again();
  const auto sources = functions_->sources().list(kScope);
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0]->batch_size, 3);
  EXPECT_NE(again.find_arn("arn:aws:lambda:us-east-1:000000000000:function:f:PROD"), nullptr);
  EXPECT_EQ(again.find_arn("arn:aws:lambda:us-east-1:000000000000:function:ff"), nullptr);
}

TEST_F(FunctionsTest, TheFunctionSeesEndpointCredentialsAndDeadline) {
  shell_function(
      R"(printf '{"endpoint":"%s","key":"%s","id":"%s","deadline":%s}' )"
      R"("$AWS_ENDPOINT_URL" "$AWS_ACCESS_KEY_ID" "$AWS_REQUEST_ID" "$CUMULITE_DEADLINE_MS")");
  const auto result =
      functions_->invoke_sync({.arn = "arn:aws:lambda:us-east-1:000000000000:function:f"});
  ASSERT_TRUE(result.ok()) << result.payload;
  const auto seen = nlohmann::json::parse(result.payload);
  EXPECT_EQ(seen["key"], "test");
  EXPECT_EQ(seen["id"].get<std::string>().size(), 36U);
  EXPECT_GT(seen["deadline"].get<std::int64_t>(), 0);
}

}  // namespace
}  // namespace cumulite::functions
