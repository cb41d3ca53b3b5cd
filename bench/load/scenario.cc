#include "bench/load/scenario.h"

#include <array>
#include <functional>
#include <random>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "bench/load/messaging.h"
#include "bench/load/objects.h"
#include "bench/load/render.h"

namespace cumulite::bench {
namespace {

// Different requests that a scenario makes in turn: enough that no two in flight are the same key.
constexpr std::size_t kVariants = 512;
constexpr std::size_t kItemText = 900;

Call dynamodb(std::string_view operation, std::string body) {
  return {.service = "dynamodb",
          .target = fmt::format("DynamoDB_20120810.{}", operation),
          .content_type = "application/x-amz-json-1.0",
          .body = std::move(body)};
}

Call s3(std::string_view method, std::string path, std::string body = {}) {
  return {.method = std::string(method),
          .path = std::move(path),
          .service = "s3",
          .body = std::move(body)};
}

std::string queue_url(const Target& target) {
  return fmt::format("http://127.0.0.1:{}/000000000000/bench", target.port);
}

Call create_queue() {
  return sqs("CreateQueue", R"({"QueueName":"bench"})");
}

Call send_message(const Target& target, std::size_t variant) {
  return sqs("SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"message {} {}"}})",
                                        queue_url(target), variant, std::string(200, 'm')));
}

Call create_table() {
  return dynamodb(
      "CreateTable",
      R"({"TableName":"bench","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk",)"
      R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[)"
      R"({"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}]})");
}

std::string item_key(std::size_t partition, std::size_t sort) {
  return fmt::format(R"("pk":{{"S":"customer-{}"}},"sk":{{"S":"order-{:05}"}})", partition, sort);
}

Call put_item(std::size_t partition, std::size_t sort, std::size_t text) {
  return dynamodb(
      "PutItem",
      fmt::format(
          R"({{"TableName":"bench","Item":{{{},"total":{{"N":"{}"}},"state":{{"S":"open"}},)"
          R"("lines":{{"L":[{{"S":"a"}},{{"N":"2"}}]}},"text":{{"S":"{}"}}}}}})",
          item_key(partition, sort), sort * 7, std::string(text, 't')));
}

Call get_item(std::size_t partition, std::size_t sort) {
  return dynamodb(
      "GetItem", fmt::format(R"({{"TableName":"bench","Key":{{{}}}}})", item_key(partition, sort)));
}

/// Sixteen counters: some calls meet on the same one.
Call count_up(std::size_t variant) {
  return dynamodb(
      "UpdateItem",
      fmt::format(R"({{"TableName":"bench","Key":{{{}}},"UpdateExpression":"ADD hits :one",)"
                  R"("ExpressionAttributeValues":{{":one":{{"N":"1"}}}}}})",
                  item_key(variant % 16, 0)));
}

/// A list of `count` puts, each as `member` has it.
std::string puts(std::string_view member, std::size_t variant, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += fmt::format(R"({}{{"{}":{{{}"Item":{{{},"text":{{"S":"{}"}}}}}}}})", i == 0 ? "" : ",",
                       member, member == "Put" ? R"("TableName":"bench",)" : "",
                       item_key(variant, i), std::string(100, 't'));
  }
  return out;
}

std::string object_path(std::size_t variant) {
  return fmt::format("/bench-bucket/folder/object-{}", variant);
}

/// The same calls over and over, rendered and signed before the measurement.
class Repeated : public Scenario {
 public:
  Repeated(const Target& target, std::vector<Call> first, std::size_t variants,
           const std::function<Call(std::size_t)>& make) {
    for (const auto& call : first) prepare_.push_back(render(call, target));
    for (std::size_t i = 0; i < variants; ++i) requests_.push_back(render(make(i), target));
  }

  std::vector<std::string> prepare() override { return prepare_; }

  std::string_view next(std::size_t) override { return requests_[turn_++ % requests_.size()]; }

 private:
  std::vector<std::string> prepare_;
  std::vector<std::string> requests_;
  std::size_t turn_ = 0;
};

/// nginx, or the bare HTTP server: no signature, no body.
class Plain : public Scenario {
 public:
  explicit Plain(const Target& target)
      : request_(fmt::format("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", target.port)) {}

  std::string_view next(std::size_t) override { return request_; }

 private:
  std::string request_;
};

/// ReceiveMessage, then DeleteMessage of what came. The queue is filled before.
class ReceiveDelete : public Scenario {
 public:
  static constexpr std::size_t kMessages = 150'000;
  static constexpr std::size_t kBatch = 10;

  explicit ReceiveDelete(const Target& target)
      : target_(target),
        delete_(sqs("DeleteMessage", ""), target),
        receive_(
            render(sqs("ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", queue_url(target))),
                   target)) {}

  std::vector<std::string> prepare() override {
    std::vector<std::string> requests = {render(create_queue(), target_)};
    std::string entries;
    for (std::size_t i = 0; i < kBatch; ++i) {
      entries += fmt::format(R"({}{{"Id":"{}","MessageBody":"{}"}})", i == 0 ? "" : ",", i,
                             std::string(200, 'm'));
    }
    const auto batch = render(
        sqs("SendMessageBatch",
            fmt::format(R"({{"QueueUrl":"{}","Entries":[{}]}})", queue_url(target_), entries)),
        target_);
    requests.insert(requests.end(), kMessages / kBatch, batch);
    return requests;
  }

  std::string_view next(std::size_t connection) override {
    if (connection >= handles_.size()) handles_.resize(connection + 1);
    receiving_.resize(handles_.size());
    receiving_[connection] = handles_[connection].empty();
    if (receiving_[connection]) return receive_;
    deletes_.resize(handles_.size());
    delete_.render(fmt::format(R"({{"QueueUrl":"{}","ReceiptHandle":"{}"}})", queue_url(target_),
                               handles_[connection]),
                   deletes_[connection]);
    handles_[connection].clear();
    return deletes_[connection];
  }

  void answered(std::size_t connection, int, std::string_view body) override {
    constexpr std::string_view kMember = "\"ReceiptHandle\":\"";
    const auto start = body.find(kMember);
    if (start == std::string_view::npos) {
      // A receive from an empty queue costs less than a pair: what it measures is something else.
      if (!receiving_[connection]) return;
      throw std::runtime_error("the queue ran dry while measuring; give fewer --seconds");
    }
    const auto rest = body.substr(start + kMember.size());
    handles_[connection] = rest.substr(0, rest.find('"'));
  }

  unsigned requests_per_operation() const override { return 2; }

 private:
  Target target_;
  BodySigner delete_;
  std::string receive_;
  std::vector<std::string> handles_;
  std::vector<std::string> deletes_;
  std::vector<bool> receiving_;
};

using Maker = std::unique_ptr<Scenario> (*)(const Target&);

std::unique_ptr<Scenario> repeated(const Target& target, std::vector<Call> first,
                                   const std::function<Call(std::size_t)>& make,
                                   std::size_t variants = kVariants) {
  return std::make_unique<Repeated>(target, std::move(first), variants, make);
}

std::unique_ptr<Scenario> query_100(const Target& target) {
  std::vector<Call> first = {create_table()};
  for (std::size_t i = 0; i < 100; ++i) first.push_back(put_item(9'999, i, 20));
  return repeated(
      target, std::move(first),
      [](std::size_t) {
        return dynamodb("Query", R"({"TableName":"bench","KeyConditionExpression":"pk = :p",)"
                                 R"("ExpressionAttributeValues":{":p":{"S":"customer-9999"}}})");
      },
      1);
}

/// 1,100 items of 1 KB: a page ends at 1 MB.
std::unique_ptr<Scenario> scan_1m(const Target& target) {
  std::vector<Call> first = {create_table()};
  for (std::size_t i = 0; i < 1'100; ++i) first.push_back(put_item(i, 1, 1'000));
  return repeated(
      target, std::move(first),
      [](std::size_t) { return dynamodb("Scan", R"({"TableName":"bench"})"); }, 1);
}

std::unique_ptr<Scenario> get_of(const Target& target, std::size_t size, std::size_t variants) {
  std::vector<Call> first = {s3("PUT", "/bench-bucket")};
  for (std::size_t i = 0; i < variants; ++i)
    first.push_back(s3("PUT", object_path(i), std::string(size, 'o')));
  return repeated(
      target, std::move(first), [](std::size_t i) { return s3("GET", object_path(i)); }, variants);
}

std::unique_ptr<Scenario> list_1000(const Target& target) {
  std::vector<Call> first = {s3("PUT", "/bench-list")};
  for (std::size_t i = 0; i < 1'000; ++i)
    first.push_back(s3("PUT", fmt::format("/bench-list/key-{:04}", i), "x"));
  return repeated(
      target, std::move(first), [](std::size_t) { return s3("GET", "/bench-list?list-type=2"); },
      1);
}

/// The function "bench", which bench/functions.py makes.
std::unique_ptr<Scenario> invoke(const Target& target) {
  return repeated(
      target, {},
      [](std::size_t) {
        return Call{.path = "/2015-03-31/functions/bench/invocations",
                    .service = "lambda",
                    .body = R"({"Records":[{"body":"a message"}]})"};
      },
      1);
}

/// The table of bench/large_table.py: a hundred items in each of its partitions.
constexpr std::size_t kPartitionItems = 100;

std::string items_table(const Target& target) {
  return fmt::format("items-{}", target.items);
}

/// Items from anywhere in it, far more of them than a cache holds.
std::unique_ptr<Scenario> items_get(const Target& target) {
  std::mt19937_64 random(target.seed);
  return repeated(
      target, {},
      [&](std::size_t) {
        const auto item = random() % target.items;
        return dynamodb("GetItem",
                        fmt::format(R"({{"TableName":"{}","Key":{{{}}}}})", items_table(target),
                                    item_key(item / kPartitionItems, item % kPartitionItems)));
      },
      200'000);
}

/// The hundred items of a partition.
std::unique_ptr<Scenario> items_query(const Target& target) {
  std::mt19937_64 random(target.seed);
  return repeated(
      target, {},
      [&](std::size_t) {
        return dynamodb(
            "Query", fmt::format(R"({{"TableName":"{}","KeyConditionExpression":"pk = :p",)"
                                 R"("ExpressionAttributeValues":{{":p":{{"S":"customer-{}"}}}}}})",
                                 items_table(target), random() % (target.items / kPartitionItems)));
      },
      50'000);
}

constexpr std::array<std::pair<std::string_view, Maker>, 23> kScenarios = {{
    {"plain",
     [](const Target& target) -> std::unique_ptr<Scenario> {
       return std::make_unique<Plain>(target);
     }},
    {"send_message",
     [](const Target& target) {
       return repeated(target, {create_queue()},
                       [target](std::size_t i) { return send_message(target, i); });
     }},
    {"receive_delete",
     [](const Target& target) -> std::unique_ptr<Scenario> {
       return std::make_unique<ReceiveDelete>(target);
     }},
    {"send_batch", make_send_batch},
    {"fifo", make_fifo},
    {"sns_fan_out", make_fan_out},
    {"put_item",
     [](const Target& target) {
       return repeated(target, {create_table()},
                       [](std::size_t i) { return put_item(i, 1, kItemText); });
     }},
    {"get_item",
     [](const Target& target) {
       std::vector<Call> first = {create_table()};
       for (std::size_t i = 0; i < kVariants; ++i) first.push_back(put_item(i, 1, kItemText));
       return repeated(target, std::move(first), [](std::size_t i) { return get_item(i, 1); });
     }},
    {"query_100", query_100},
    {"scan_1m", scan_1m},
    {"update_counter",
     [](const Target& target) { return repeated(target, {create_table()}, count_up); }},
    {"batch_write_25",
     [](const Target& target) {
       return repeated(target, {create_table()}, [](std::size_t i) {
         return dynamodb("BatchWriteItem", fmt::format(R"({{"RequestItems":{{"bench":[{}]}}}})",
                                                       puts("PutRequest", i, 25)));
       });
     }},
    {"transact_write_4",
     [](const Target& target) {
       return repeated(target, {create_table()}, [](std::size_t i) {
         return dynamodb("TransactWriteItems",
                         fmt::format(R"({{"TransactItems":[{}]}})", puts("Put", i, 4)));
       });
     }},
    {"s3_put_1k",
     [](const Target& target) {
       return repeated(target, {s3("PUT", "/bench-bucket")}, [](std::size_t i) {
         return s3("PUT", object_path(i), std::string(1'024, 'o'));
       });
     }},
    {"s3_get_1k", [](const Target& target) { return get_of(target, 1'024, kVariants); }},
    {"s3_put_64m",
     [](const Target& target) {
       return repeated(
           target, {s3("PUT", "/bench-bucket")},
           [](std::size_t i) { return s3("PUT", object_path(i), std::string(64 << 20, 'o')); }, 2);
     }},
    {"s3_get_64m", [](const Target& target) { return get_of(target, 64 << 20, 2); }},
    {"s3_list_1000", list_1000},
    {"s3_multipart_16", make_multipart},
    {"s3_delete_1000", make_delete_1000},
    {"invoke", invoke},
    {"items_get", items_get},
    {"items_query", items_query},
}};

}  // namespace

std::vector<std::string_view> scenario_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, maker] : kScenarios) names.push_back(name);
  return names;
}

std::unique_ptr<Scenario> make_scenario(std::string_view name, const Target& target) {
  for (const auto& [known, maker] : kScenarios) {
    if (known == name) return maker(target);
  }
  return nullptr;
}

}  // namespace cumulite::bench
