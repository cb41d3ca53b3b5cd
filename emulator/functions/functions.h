#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/functions/function_targets.h"
#include "emulator/functions/queue_poller.h"

namespace cumulite::functions {

/// The processing functions of the daemon: registry, invoker, the pollers of event sources, and the
/// outbox target "function" for asynchronous invocations (S3 notifications, SNS subscriptions).
class Functions final : public FunctionInvoker {
 public:
  Functions(Environment& env, std::unique_ptr<QueueSource> queues);
  ~Functions() override;
  Functions(const Functions&) = delete;
  Functions& operator=(const Functions&) = delete;

  /// Registers the outbox target and settle sources. Before Outbox::start.
  void attach();
  /// Starts the pollers. After the services have started.
  void start();
  void stop();
  void reset(std::string_view account);

  /// The rows were exchanged for those of a snapshot, and requests run again. What runs, runs to
  /// its end.
  void read_again();

  /// Makes or replaces what a functions file holds: {"functions": [...], "event_sources": [...]}.
  /// Errors name the entry. Nothing is changed unless all of it is right.
  Result<void> configure(std::string_view json);

  Result<FunctionPtr> create_function(std::string_view json, const Scope& scope);
  Result<EventSourcePtr> create_event_source(std::string_view json, const Scope& scope);
  Result<void> delete_function(const Scope& scope, std::string_view name);
  Result<void> delete_event_source(const Scope& scope, std::string_view id);

  bool has_function(std::string_view arn) const override;
  InvocationResult invoke_sync(const InvocationRequest& request) override;

  FunctionRegistry& registry() { return registry_; }

  Invoker& invoker() { return invoker_; }

 private:
  Delivery deliver(const Event& event);
  Delivery give_up(const Event& event, const Function* function, std::string_view reason);
  void count_failure(std::string_view source_arn, bool is_redriven);
  Result<EventSource> check_event_source(std::string_view json, const Scope& scope) const;
  /// Brings the running pollers in step with the registry.
  void update_pollers();

  Environment& env_;
  std::unique_ptr<QueueSource> queues_;
  FunctionRegistry registry_;
  FunctionTargets targets_{registry_};
  Invoker invoker_;
  std::mutex pollers_mutex_;
  bool running_ = false;  // pollers_mutex_.
  std::map<std::string, std::shared_ptr<QueuePoller>>
      pollers_;  // By event source id; pollers_mutex_.
};

}  // namespace cumulite::functions
