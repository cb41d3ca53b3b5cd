#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/functions/async_delivery.h"
#include "emulator/functions/deployer.h"
#include "emulator/functions/invoker.h"
#include "emulator/functions/pending_calls.h"
#include "emulator/functions/registry.h"
#include "emulator/functions/sources/event_sources.h"

namespace cumulite::functions {

/// The processing functions of the daemon: registry, invoker, the event sources, and the
/// outbox target "function" for asynchronous invocations (S3 notifications, SNS subscriptions).
class Functions final : public FunctionInvoker {
 public:
  Functions(Environment& env, std::unique_ptr<QueueSource> queues,
            std::unique_ptr<StreamSource> streams);
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
  /// The function's time-out; 0 if there is no such function.
  std::int64_t timeout_seconds(std::string_view arn) const;
  InvocationResult invoke_sync(const InvocationRequest& request) override;

  /// Before start.
  void configure_runtimes(RuntimeOptions options) { invoker_.configure(std::move(options)); }

  /// The version that the name means at this moment, an alias by its weights.
  std::optional<FoundFunction> find(const QualifiedId& name) const;
  /// Invokes a version that was found.
  InvocationResult invoke_found(const FoundFunction& found, const InvocationRequest& request);
  /// Code or configuration of the function changed, or it is gone: what runs of it ends with its
  /// invocation.
  void function_changed(const FunctionId& id);

  /// It was deleted: what the functions file said of it is forgotten too.
  void function_deleted(const FunctionId& id);

  bool is_stopping() const { return stopping_; }

  AsyncDelivery& async() { return async_; }

  PendingCalls& pending_calls() { return pending_calls_; }

  EventSources& sources() { return sources_; }

  FunctionRegistry& registry() { return registry_; }

  Invoker& invoker() { return invoker_; }

 private:
  void put_configured(const Function& function);
  Result<EventSource> check_event_source(std::string_view json, const Scope& scope) const;

  Environment& env_;
  FunctionRegistry registry_;
  CodeCache code_cache_;
  Deployer deployer_;
  Invoker invoker_;
  PendingCalls pending_calls_;
  AsyncDelivery async_{env_, *this};
  std::atomic<bool> stopping_ = false;
  EventSources sources_;  // Last: its pollers use the others.
};

}  // namespace cumulite::functions
