#include "emulator/functions/runtime/instance.h"

#include <sys/stat.h>

#include <atomic>
#include <fstream>

#include <gtest/gtest.h>

#include "emulator/core/test_environment.h"
#include "emulator/functions/runtime/bootstraps.h"
#include "emulator/functions/runtime/launch.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using OutcomeEnd = InstanceOutcome::End;
using Json = nlohmann::json;

void write(const std::string& path, std::string_view text) {
  std::ofstream(path) << text;
  ::chmod(path.c_str(), 0755);
}

/// Runs processes of real interpreters; a language that the machine lacks is skipped.
class InstanceTest : public ::testing::Test {
 protected:
  InstanceTest() {
    write(directory_.path() + "/bootstrap.py", bootstraps::kPython);
    write(directory_.path() + "/bootstrap.mjs", bootstraps::kNode);
    deployment_->account = "000000000000";
    deployment_->region = "us-east-1";
    deployment_->name = "f";
    deployment_->version = "$LATEST";
    deployment_->timeout_ms = 5'000;
    deployment_->log_group = "/aws/lambda/f";
    deployment_->code = std::make_shared<const CodeDirectory>(code_.path(), false);
  }

  std::unique_ptr<Instance> start(std::string runtime, std::string handler, const std::string& file,
                                  std::string_view text) {
    write(code_.path() + "/" + file, text);
    deployment_->runtime = std::move(runtime);
    deployment_->handler = std::move(handler);
    const LaunchParts parts = {.options = options_,
                               .endpoint_url = "http://127.0.0.1:4566",
                               .default_account = "000000000000",
                               .python_bootstrap = directory_.path() + "/bootstrap.py",
                               .node_bootstrap = directory_.path() + "/bootstrap.mjs"};
    const auto launch = launch_of(*deployment_, parts, "stream");
    if (!launch.error_type.empty()) return nullptr;
    auto instance = std::make_unique<Instance>(deployment_, "stream", cancelled_);
    instance->start(launch.command, launch.environment, launch.working_directory);
    return instance;
  }

  static InstanceOutcome invoke(Instance& instance, std::string_view payload) {
    return instance.invoke({.payload = payload,
                            .request_id = "request-1",
                            .invoked_arn = "arn:aws:lambda:us-east-1:000000000000:function:f"});
  }

  TemporaryDirectory directory_;
  TemporaryDirectory code_;
  RuntimeOptions options_;
  std::atomic<bool> cancelled_ = false;
  std::shared_ptr<Deployment> deployment_ = std::make_shared<Deployment>();
};

constexpr std::string_view kPythonCode = R"(
import logging, os, time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    print("seen", event)
    logging.getLogger().warning("careful")
    if event.get("fail"): raise KeyError("no such thing")
    if event.get("sleep"): time.sleep(30)
    if event.get("exit"): os._exit(3)
    if event.get("memory"): return len(bytearray(event["memory"]))
    return {"calls": calls, "id": context.aws_request_id, "left": context.get_remaining_time_in_millis() > 0}
)";

// The same process serves many events, and what it prints belongs to the event.
TEST_F(InstanceTest, APythonProcessStaysWarm) {
  const auto instance = start("python3.11", "app.handler", "app.py", kPythonCode);
  if (instance == nullptr) GTEST_SKIP() << "no python3 here";
  for (int i = 1; i <= 3; ++i) {
    const auto outcome = invoke(*instance, R"({"n":1})");
    ASSERT_EQ(outcome.end, OutcomeEnd::kResult) << outcome.payload << outcome.log;
    const auto result = Json::parse(outcome.payload);
    EXPECT_EQ(result["calls"], i);
    EXPECT_EQ(result["id"], "request-1");
    EXPECT_EQ(result["left"], true);
    EXPECT_TRUE(outcome.log.starts_with("seen {'n': 1}\n[WARNING]\t")) << outcome.log;
    EXPECT_EQ(outcome.init_us > 0, i == 1);
  }
}

TEST_F(InstanceTest, AnExceptionIsAnErrorAndTheProcessLives) {
  const auto instance = start("python3.11", "app.handler", "app.py", kPythonCode);
  if (instance == nullptr) GTEST_SKIP() << "no python3 here";
  const auto outcome = invoke(*instance, R"({"fail":true})");
  ASSERT_EQ(outcome.end, OutcomeEnd::kError);
  const auto error = Json::parse(outcome.payload);
  EXPECT_EQ(error["errorType"], "KeyError");
  EXPECT_EQ(error["errorMessage"], "'no such thing'");
  EXPECT_EQ(error["requestId"], "request-1");
  EXPECT_NE(error["stackTrace"][0].get<std::string>().find("in handler"), std::string::npos);
  EXPECT_TRUE(instance->is_usable());
  EXPECT_EQ(invoke(*instance, "{}").end, OutcomeEnd::kResult);
}

TEST_F(InstanceTest, TimeOutExitAndMemoryEndIt) {
  deployment_->timeout_ms = 300;
  auto instance = start("python3.11", "app.handler", "app.py", kPythonCode);
  if (instance == nullptr) GTEST_SKIP() << "no python3 here";
  EXPECT_EQ(invoke(*instance, R"({"sleep":true})").end, OutcomeEnd::kTimedOut);
  EXPECT_FALSE(instance->is_usable());
  deployment_->timeout_ms = 5'000;
  instance = start("python3.11", "app.handler", "app.py", kPythonCode);
  const auto exited = invoke(*instance, R"({"exit":true})");
  EXPECT_EQ(exited.end, OutcomeEnd::kExited);
  EXPECT_FALSE(exited.is_init);
  instance = start("python3.11", "app.handler", "app.py", kPythonCode);
  const auto starved = invoke(*instance, R"({"memory":500000000})");
  ASSERT_EQ(starved.end, OutcomeEnd::kError);
  EXPECT_EQ(Json::parse(starved.payload)["errorType"], "MemoryError");
}

TEST_F(InstanceTest, AMissingModuleOrHandlerIsNamed) {
  auto instance = start("python3.11", "nothing.handler", "app.py", kPythonCode);
  if (instance == nullptr) GTEST_SKIP() << "no python3 here";
  auto outcome = invoke(*instance, "{}");
  ASSERT_EQ(outcome.end, OutcomeEnd::kInitError);
  EXPECT_EQ(Json::parse(outcome.payload)["errorType"], "Runtime.ImportModuleError");
  EXPECT_EQ(Json::parse(outcome.payload)["errorMessage"],
            "Unable to import module 'nothing': No module named 'nothing'");
  instance = start("python3.11", "app.absent", "app.py", kPythonCode);
  outcome = invoke(*instance, "{}");
  EXPECT_EQ(Json::parse(outcome.payload)["errorMessage"],
            "Handler 'absent' missing on module 'app'");
  EXPECT_NE(outcome.log.find("[ERROR] Runtime.HandlerNotFound"), std::string::npos);
}

constexpr std::string_view kNodeCode = R"(
exports.later = async (event) => { console.log('seen', event.n); return { n: event.n + 1 }; };
exports.called = (event, context, callback) => { setTimeout(() => callback(null, context.awsRequestId), 10); };
exports.never = () => {};
exports.fails = async () => { throw new TypeError('not this'); };
)";

TEST_F(InstanceTest, NodeHandlersAnswerByPromiseAndCallback) {
  auto instance = start("nodejs20.x", "index.later", "index.js", kNodeCode);
  if (instance == nullptr) GTEST_SKIP() << "no node here";
  for (int i = 0; i < 2; ++i) {
    const auto outcome = invoke(*instance, R"({"n":1})");
    ASSERT_EQ(outcome.end, OutcomeEnd::kResult) << outcome.payload << outcome.log;
    EXPECT_EQ(outcome.payload, R"({"n":2})");
    EXPECT_NE(outcome.log.find("\trequest-1\tINFO\tseen 1\n"), std::string::npos) << outcome.log;
  }
  instance = start("nodejs20.x", "index.called", "index.js", kNodeCode);
  EXPECT_EQ(invoke(*instance, "{}").payload, R"("request-1")");
  instance = start("nodejs20.x", "index.never", "index.js", kNodeCode);
  EXPECT_EQ(invoke(*instance, "{}").payload, "null");
  EXPECT_EQ(invoke(*instance, "{}").payload, "null");
  instance = start("nodejs20.x", "index.fails", "index.js", kNodeCode);
  const auto failed = invoke(*instance, "{}");
  ASSERT_EQ(failed.end, OutcomeEnd::kError);
  EXPECT_EQ(Json::parse(failed.payload)["errorType"], "TypeError");
  EXPECT_EQ(Json::parse(failed.payload)["trace"][0], "TypeError: not this");
}

TEST_F(InstanceTest, NodeModulesAreEitherKind) {
  auto instance = start("nodejs20.x", "index.handler", "index.mjs",
                        "export const handler = async () => 'module';");
  if (instance == nullptr) GTEST_SKIP() << "no node here";
  EXPECT_EQ(invoke(*instance, "{}").payload, R"("module")");
  instance = start("nodejs20.x", "absent.handler", "other.mjs", "");
  auto outcome = invoke(*instance, "{}");
  ASSERT_EQ(outcome.end, OutcomeEnd::kInitError);
  EXPECT_EQ(Json::parse(outcome.payload)["errorType"], "Runtime.ImportModuleError");
  instance = start("nodejs20.x", "index.absent", "index.mjs", "export const handler = 1;");
  outcome = invoke(*instance, "{}");
  EXPECT_EQ(Json::parse(outcome.payload)["errorType"], "Runtime.HandlerNotFound");
  EXPECT_EQ(Json::parse(outcome.payload)["errorMessage"],
            "index.absent is undefined or not exported");
}

// A bootstrap of one's own: any program that speaks the Runtime API.
TEST_F(InstanceTest, AProvidedBootstrapIsRun) {
  const auto instance = start("provided.al2023", "unused", "bootstrap", R"(#!/bin/sh
base="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "$base/next")
  id=$(grep -i Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
  rm "$headers"
  curl -sS -X POST "$base/$id/response" -d "{\"got\":$event}" >/dev/null
done
)");
  ASSERT_NE(instance, nullptr);
  if (std::system("curl --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no curl here";
  EXPECT_EQ(invoke(*instance, R"({"n":1})").payload, R"({"got":{"n":1}})");
  EXPECT_EQ(invoke(*instance, R"([2])").payload, R"({"got":[2]})");
}

TEST_F(InstanceTest, ABootstrapThatIsMissingIsNamed) {
  deployment_->runtime = "provided.al2023";
  const LaunchParts parts = {.options = options_};
  const auto launch = launch_of(*deployment_, parts, "stream");
  EXPECT_EQ(launch.error_type, "Runtime.InvalidEntrypoint");
  EXPECT_EQ(launch.error, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
}

}  // namespace
}  // namespace cumulite::functions
