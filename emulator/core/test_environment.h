#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/clock/clock.h"
#include "emulator/clock/due_index.h"
#include "emulator/core/admin_registry.h"
#include "emulator/core/context.h"
#include "emulator/core/environment.h"
#include "emulator/core/service.h"
#include "emulator/core/settle.h"
#include "emulator/events/captured.h"
#include "emulator/events/outbox.h"
#include "emulator/events/wake_hub.h"
#include "protocol/http/request.h"
#include "protocol/http/response.h"

/// What a service's unit tests run in: everything of a daemon but the network. Not of GoogleTest,
/// so benchmarks and fuzzers use it too.
namespace cumulite {

/// A new directory below the system's temporary one, removed with all it holds at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A Context with what it refers to: the request and response of one direct call of a handler.
class TestCall {
 public:
  TestCall(Environment& env, Service& service, Caller caller, std::int64_t now_ms);
  TestCall(const TestCall&) = delete;
  TestCall& operator=(const TestCall&) = delete;

  Context& ctx() { return ctx_; }

  /// Converts, so that `handler(*env.call(service), input)` and `handler(call, input)` both read
  /// well.
  operator Context&() { return ctx_; }  // NOLINT: implicit on purpose

  http::Request request;
  http::Response response;
  ReceivedBody body;
  Caller caller;

 private:
  Context ctx_;
};

/// Store, blobs, clock, due index, outbox and the rest over a temporary directory. The clock is
/// frozen at kStartMs. Nothing runs by itself until `start`: a test calls `env.due.advance(...)`,
/// or `outbox.list(...)` to see what a change caused.
class TestEnvironment {
 public:
  static constexpr std::int64_t kStartMs = 1'767'225'600'000;  ///< 2026-01-01T00:00:00Z.

  TestEnvironment();
  ~TestEnvironment();
  TestEnvironment(const TestEnvironment&) = delete;
  TestEnvironment& operator=(const TestEnvironment&) = delete;

  Environment& env() { return *env_; }

  Settings& settings() { return settings_; }

  storage::Store& store() { return *store_; }

  Clock& clock() { return *clock_; }

  DueIndex& due() { return *due_; }

  Outbox& outbox() { return *outbox_; }

  WakeHub& wake() { return wake_; }

  Captured& captured() { return *captured_; }

  const std::string& directory() const { return directory_.path(); }

  /// Registers the service and starts it (due kinds, outbox targets, memory indexes).
  void add(Service& service);
  /// Starts the workers of due index and outbox, after all services were added.
  void start();
  /// Closes and opens everything over the same directory, as after kill -9: services must be made
  /// anew. References to the parts are invalid afterwards.
  void reopen();

  /// A call by the account in us-east-1 at the clock's time, over a plain POST to localhost:4566.
  std::unique_ptr<TestCall> call(Service& service, std::string_view account = "000000000000");

  /// Advances the clock in order of what is due; returns how many rows ran.
  std::uint64_t advance(std::int64_t milliseconds) { return due_->advance(milliseconds); }

 private:
  void open();
  void close();

  TemporaryDirectory directory_;
  Settings settings_;
  WakeHub wake_;
  Settle settle_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::BlobStore> blobs_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<DueIndex> due_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Captured> captured_;
  std::unique_ptr<ServiceRegistry> services_;
  AdminRegistry admin_;
  std::unique_ptr<Environment> env_;
};

}  // namespace cumulite
