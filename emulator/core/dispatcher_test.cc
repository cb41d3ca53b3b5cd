#include "emulator/core/dispatcher.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/sqs.h"
#include "emulator/core/credentials.h"
#include "emulator/core/spaces.h"
#include "emulator/core/test_environment.h"
#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/signer.h"

namespace cumulite {
namespace {

namespace op = api::sqs::op;

/// Answers GetQueueUrl with what it saw, and waits in ReceiveMessage until a row is there.
class FakeSqs final : public Service {
 public:
  explicit FakeSqs(Environment& env) : env_(env) {}

  const model::ServiceModel& model() const override { return api::sqs::kModel; }

  std::span<const OperationRow> rows() const override;

  Environment& env_;
  int receives = 0;
};

using UrlIn = op::GetQueueUrl::Input;
using UrlOut = op::GetQueueUrl::Output;
using ReceiveIn = op::ReceiveMessage::Input;
using ReceiveOut = op::ReceiveMessage::Output;

Result<UrlOut> get_queue_url(Context& ctx, const UrlIn& in) {
  if (*in.QueueName == "absent") return Error{"QueueDoesNotExist", "There is no such queue."};
  if (*in.QueueName == "broken") throw storage::StorageError("a secret path");
  UrlOut out;
  out.QueueUrl = fmt::format("{}/{}/{}/{}", ctx.client_url(), ctx.caller.account_id,
                             ctx.caller.region, *in.QueueName);
  return out;
}

Result<WaitOr<ReceiveOut>> receive(Context& ctx, const ReceiveIn&) {
  ++static_cast<FakeSqs&>(ctx.service).receives;
  const bool is_there = ctx.env.store.get(spaces::kCaptured, "message").has_value();
  if (!is_there && !ctx.final_try) {
    return WaitOr<ReceiveOut>{Wait{"queue", ctx.started_ms + 5'000}};
  }
  return WaitOr<ReceiveOut>{ReceiveOut{}};
}

std::span<const OperationRow> FakeSqs::rows() const {
  static const std::vector<OperationRow> kRows = {row<op::GetQueueUrl, &get_queue_url>(),
                                                  row<op::ReceiveMessage, &receive>()};
  return kRows;
}

/// A JSON request to SQS, with storage for what the http::Request views.
struct SqsRequest {
  SqsRequest(std::string operation, std::string text)
      : target("AmazonSQS." + operation), body(std::move(text)) {
    http.method = "POST";
    http.target = "/";
    http.path = "/";
    http.remote_address = "127.0.0.1";
    http.content_length = body.size();
    http.has_content_length = true;
    http.headers = {{"Host", "localhost:4566"}, {"X-Amz-Target", target}};
  }

  void add(std::string_view name, std::string_view value) { http.headers.push_back({name, value}); }

  std::string target;
  std::string body;
  http::Request http;
};

class DispatcherTest : public ::testing::Test {
 protected:
  DispatcherTest() { environment_.add(service_); }

  std::unique_ptr<http::Exchange> begin(const SqsRequest& request) {
    dispatcher_.emplace(environment_.env(), authenticator_, Dispatcher::Options{});
    return dispatcher_->serve(request.http);
  }

  /// The whole way of a request that does not wait.
  http::Response run(const SqsRequest& request) {
    auto exchange = begin(request);
    if (auto refused = exchange->on_head()) return std::move(*refused);
    if (!request.body.empty()) exchange->on_body(request.body);
    auto answer = exchange->respond(false);
    EXPECT_TRUE(std::holds_alternative<http::Response>(answer));
    return std::move(std::get<http::Response>(answer));
  }

  TestEnvironment environment_;
  FakeSqs service_{environment_.env()};
  CredentialStore credentials_{"000000000000"};
  Authenticator authenticator_{environment_.settings(), credentials_, environment_.clock()};
  std::optional<Dispatcher> dispatcher_;
};

constexpr std::string_view kScope =
    "AWS4-HMAC-SHA256 Credential={}/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, "
    "Signature=00";

TEST_F(DispatcherTest, FindsOperationAccountAndRegion) {
  SqsRequest request("GetQueueUrl", R"({"QueueName": "q"})");
  const std::string scope = fmt::format(kScope, "123456789012");
  request.add("Authorization", scope);
  const auto response = run(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"QueueUrl":"http://localhost:4566/123456789012/eu-west-1/q"})");
  EXPECT_FALSE(response.header("x-amzn-RequestId").empty());
}

// A key that is no account, and no key at all, are the default account's.
TEST_F(DispatcherTest, OtherKeysAreTheDefaultAccounts) {
  const auto response = run(SqsRequest("GetQueueUrl", R"({"QueueName": "q"})"));
  EXPECT_EQ(response.body, R"({"QueueUrl":"http://localhost:4566/000000000000/us-east-1/q"})");
}

TEST_F(DispatcherTest, ErrorsTakeTheServicesForm) {
  const auto response = run(SqsRequest("GetQueueUrl", R"({"QueueName": "absent"})"));
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("QueueDoesNotExist"), std::string::npos);
}

TEST_F(DispatcherTest, AFailureBelowIs500AndTellsNothingOfItsCause) {
  const auto response = run(SqsRequest("GetQueueUrl", R"({"QueueName": "broken"})"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(DispatcherTest, AnOperationWithoutRowIs501ByName) {
  const auto response = run(SqsRequest("SendMessage", "{}"));
  EXPECT_EQ(response.status, 501);
  EXPECT_NE(response.body.find("SendMessage"), std::string::npos);
}

TEST_F(DispatcherTest, TooLargeABodyIsRefusedByItsHead) {
  SqsRequest request("GetQueueUrl", "");
  request.http.content_length = kBodyBytesMax + 1;
  EXPECT_EQ(run(request).status, 413);
}

TEST_F(DispatcherTest, TooLargeAChunkedBodyIsRefusedWhileItComes) {
  SqsRequest request("GetQueueUrl", "");
  request.http.chunked = true;
  auto exchange = begin(request);
  EXPECT_FALSE(exchange->on_head().has_value());
  EXPECT_TRUE(exchange->on_body(std::string(kBodyBytesMax, 'x')));
  EXPECT_FALSE(exchange->on_body("x"));
  EXPECT_EQ(std::get<http::Response>(exchange->respond(false)).status, 413);
}

class WaitingTest : public DispatcherTest {
 protected:
  WaitingTest() {
    exchange_ = begin(request_);
    EXPECT_FALSE(exchange_->on_head().has_value());
    exchange_->on_body(request_.body);
  }

  /// What a message's transaction does.
  void send() {
    environment_.store().transact({}, [](storage::Txn& txn) {
      txn.put(spaces::kCaptured, "message", "x");
      txn.notify("queue");
    });
  }

  SqsRequest request_{"ReceiveMessage", R"({"QueueUrl": "q"})"};
  std::unique_ptr<http::Exchange> exchange_;
};

// It looks once more after it began to listen: what came in between would otherwise be missed.
TEST_F(WaitingTest, ParksAfterLookingTwiceAndIsWokenByTheTopic) {
  auto parked = exchange_->respond(false);
  ASSERT_TRUE(std::holds_alternative<http::Parked>(parked));
  EXPECT_EQ(service_.receives, 2);
  EXPECT_GT(std::get<http::Parked>(parked).timeout_ms, 4'000) << "real time, the clock is frozen";
  EXPECT_LE(std::get<http::Parked>(parked).timeout_ms, 5'000);
  int woken = 0;
  {
    const auto attached = std::get<http::Parked>(parked).subscribe([&] { ++woken; });
    EXPECT_EQ(woken, 0);
    send();
    EXPECT_EQ(woken, 1);
  }
  EXPECT_TRUE(std::holds_alternative<http::Response>(exchange_->respond(false)));
}

TEST_F(WaitingTest, AWakeBeforeTheSessionListensIsNotLost) {
  auto parked = exchange_->respond(false);
  send();
  int woken = 0;
  const auto attached = std::get<http::Parked>(parked).subscribe([&] { ++woken; });
  EXPECT_EQ(woken, 1);
}

TEST_F(WaitingTest, TheFinalTryAnswers) {
  ASSERT_TRUE(std::holds_alternative<http::Parked>(exchange_->respond(false)));
  EXPECT_TRUE(std::holds_alternative<http::Response>(exchange_->respond(true)));
}

// Advancing the clock past the deadline ends a long poll at once.
TEST_F(WaitingTest, AnAdvancedClockEndsTheWait) {
  auto parked = exchange_->respond(false);
  int woken = 0;
  const auto attached = std::get<http::Parked>(parked).subscribe([&] { ++woken; });
  environment_.advance(5'000);
  EXPECT_GE(woken, 1);
  EXPECT_TRUE(std::holds_alternative<http::Response>(exchange_->respond(false)));
}

class EnforcingTest : public DispatcherTest {
 protected:
  EnforcingTest() { environment_.settings().auth = AuthMode::kEnforce; }

  http::Response run_signed(std::string_view secret, std::string_view sent_body) {
    SqsRequest request("GetQueueUrl", std::string(sent_body));
    sigv4::SignInput input;
    input.headers = {{"Host", "localhost:4566"}, {"X-Amz-Target", request.target}};
    input.payload_hash =
        checksum::hex(checksum::digest(checksum::Algorithm::kSha256, R"({"QueueName": "q"})"));
    input.service = "sqs";
    input.now_ms = real_now_ms();
    const auto added = sigv4::sign_request(input, {"test", std::string(secret), ""});
    for (const auto& [name, value] : added) request.add(name, value);
    return run(request);
  }
};

// A body that stops coming is refused as the service that was called refuses it.
TEST_F(DispatcherTest, AnswersAStalledBodyInTheServicesForm) {
  begin(SqsRequest("GetQueueUrl", ""));
  http::Request request;
  request.method = "POST";
  request.target = request.path = "/-/vaults/v/archives";
  request.headers = {{"Host", "glacier.us-east-1.amazonaws.com"},
                     {"x-amz-glacier-version", "2012-06-01"}};
  http::Response answer = dispatcher_->stalled(request);
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.body,
            R"({"code":"RequestTimeoutException","message":"Request timed out.","type":"Client"})");
  request.method = "PUT";
  request.target = request.path = "/bucket/key";
  request.headers = {{"Host", "localhost:4566"}};
  answer = dispatcher_->stalled(request);
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("<Code>RequestTimeout</Code>"), std::string::npos);
}

TEST_F(EnforcingTest, AcceptsARightSignature) {
  EXPECT_EQ(run_signed("test", R"({"QueueName": "q"})").status, 200);
}

TEST_F(EnforcingTest, RefusesAWrongKeyAChangedBodyAndNoSignature) {
  EXPECT_EQ(run_signed("guess", R"({"QueueName": "q"})").status, 400);
  EXPECT_EQ(run_signed("test", R"({"QueueName": "x"})").status, 400);
  EXPECT_EQ(run(SqsRequest("GetQueueUrl", R"({"QueueName": "q"})")).status, 400);
}

// A client signs by its own clock: advancing ours must not lock it out.
TEST_F(EnforcingTest, SignaturesAreJudgedInRealTime) {
  environment_.advance(std::int64_t{48} * 3600 * 1000);
  EXPECT_EQ(run_signed("test", R"({"QueueName": "q"})").status, 200);
}

}  // namespace
}  // namespace cumulite
