#include "bench/load/messaging.h"

#include <utility>

#include <fmt/format.h>

#include "bench/load/render.h"

namespace cumulite::bench {
namespace {

constexpr std::size_t kMessageBytes = 200;
constexpr std::size_t kBatch = 10;
constexpr std::size_t kGroups = 1'000;
constexpr std::size_t kQueues = 10;
constexpr std::string_view kTopicArn = "arn:aws:sns:us-east-1:000000000000:bench";

std::string url_of(const Target& target, std::string_view queue) {
  return fmt::format("http://127.0.0.1:{}/000000000000/{}", target.port, queue);
}

/// The same request over and over.
class One : public Scenario {
 public:
  One(std::vector<std::string> first, std::string request)
      : first_(std::move(first)), request_(std::move(request)) {}

  std::vector<std::string> prepare() override { return first_; }

  std::string_view next(std::size_t) override { return request_; }

 private:
  std::vector<std::string> first_;
  std::string request_;
};

/// Every connection sends to the next group, receives what there is, and deletes that.
class Fifo : public Scenario {
 public:
  explicit Fifo(const Target& target)
      : target_(target), url_(url_of(target, "bench.fifo")), receive_(render_receive()) {}

  std::vector<std::string> prepare() override {
    return {render(
        sqs("CreateQueue", R"({"QueueName":"bench.fifo","Attributes":{"FifoQueue":"true"}})"),
        target_)};
  }

  std::string_view next(std::size_t connection) override {
    if (connection >= turns_.size()) turns_.resize(connection + 1);
    Turn& turn = turns_[connection];
    turn.step = turn.step % 3 + 1;
    if (turn.step == 1) turn.request = render_send();
    if (turn.step == 2) return receive_;
    if (turn.step == 3) {
      // Nothing came when others took it all: the next message then is one more.
      if (turn.handle.empty()) return receive_;
      turn.request =
          render(sqs("DeleteMessage", fmt::format(R"({{"QueueUrl":"{}","ReceiptHandle":"{}"}})",
                                                  url_, std::exchange(turn.handle, {}))),
                 target_);
    }
    return turn.request;
  }

  void answered(std::size_t connection, int, std::string_view body) override {
    constexpr std::string_view kMember = "\"ReceiptHandle\":\"";
    const auto start = body.find(kMember);
    if (start == std::string_view::npos) return;
    const auto rest = body.substr(start + kMember.size());
    turns_[connection].handle = rest.substr(0, rest.find('"'));
  }

  unsigned requests_per_operation() const override { return 3; }

 private:
  struct Turn {
    int step = 0;
    std::string request = {};
    std::string handle = {};
  };

  std::string render_receive() const {
    return render(sqs("ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", url_)), target_);
  }

  std::string render_send() {
    const std::size_t number = sent_++;
    return render(sqs("SendMessage",
                      fmt::format(R"({{"QueueUrl":"{}","MessageBody":"{}","MessageGroupId":"{}",)"
                                  R"("MessageDeduplicationId":"{}"}})",
                                  url_, std::string(kMessageBytes, 'm'), number % kGroups, number)),
                  target_);
  }

  Target target_;
  std::string url_;
  std::string receive_;
  std::vector<Turn> turns_;
  std::size_t sent_ = 0;
};

Call sns(std::string form) {
  return {.service = "sns",
          .content_type = "application/x-www-form-urlencoded; charset=utf-8",
          .body = "Version=2010-03-31&" + std::move(form)};
}

}  // namespace

std::unique_ptr<Scenario> make_send_batch(const Target& target) {
  std::string entries;
  for (std::size_t i = 0; i < kBatch; ++i) {
    entries += fmt::format(R"({}{{"Id":"{}","MessageBody":"{}"}})", i == 0 ? "" : ",", i,
                           std::string(kMessageBytes, 'm'));
  }
  const std::string body =
      fmt::format(R"({{"QueueUrl":"{}","Entries":[{}]}})", url_of(target, "bench"), entries);
  return std::make_unique<One>(
      std::vector{render(sqs("CreateQueue", R"({"QueueName":"bench"})"), target)},
      render(sqs("SendMessageBatch", body), target));
}

std::unique_ptr<Scenario> make_fifo(const Target& target) {
  return std::make_unique<Fifo>(target);
}

std::unique_ptr<Scenario> make_fan_out(const Target& target) {
  std::vector<std::string> first = {render(sns("Action=CreateTopic&Name=bench"), target)};
  for (std::size_t i = 0; i < kQueues; ++i) {
    // Signatures are enforced, and so are the policies of queues.
    const std::string policy = R"({\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",)"
                               R"(\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}})";
    first.push_back(render(
        sqs("CreateQueue",
            fmt::format(R"({{"QueueName":"bench-{}","Attributes":{{"Policy":"{}"}}}})", i, policy)),
        target));
    first.push_back(
        render(sns(fmt::format("Action=Subscribe&TopicArn={}&Protocol=sqs&Endpoint="
                               "arn:aws:sqs:us-east-1:000000000000:bench-{}&Attributes.entry.1.key="
                               "RawMessageDelivery&Attributes.entry.1.value=true",
                               kTopicArn, i)),
               target));
  }
  const std::string publish = fmt::format("Action=Publish&TopicArn={}&Message={}", kTopicArn,
                                          std::string(kMessageBytes, 'm'));
  return std::make_unique<One>(std::move(first), render(sns(publish), target));
}

}  // namespace cumulite::bench
