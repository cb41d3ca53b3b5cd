#include "emulator/functions/functions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/core/settle.h"
#include "emulator/functions/configured.h"
#include "emulator/functions/failure.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

// Asynchronous invocations under way at a time, over all functions; each function has its own limit
// too.
constexpr unsigned kAsynchronousMax = 16;

Error not_found(std::string_view what, std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("{} not found: {}", what, name), 404};
}

class SnapshotRows final : public SnapshotPart {
 public:
  std::vector<RowRange> rows_of(std::string_view account) override {
    auto ranges = FunctionRegistry::rows_of(account);
    const auto more = EventSources::rows_of(account);
    ranges.insert(ranges.end(), more.begin(), more.end());
    return ranges;
  }
};

}  // namespace

Functions::Functions(Environment& env, std::unique_ptr<QueueSource> queues,
                     std::unique_ptr<StreamSource> streams)
    : env_(env),
      registry_(env.store),
      code_cache_(env.settings.data_directory + "/functions"),
      deployer_(env, code_cache_),
      invoker_(env.settings, code_cache_),
      sources_(env, *this, std::move(queues), std::move(streams)) {}

Functions::~Functions() {
  stop();
}

void Functions::attach() {
  env_.admin.add_part(std::make_unique<SnapshotRows>());
  env_.outbox.register_target("function", kAsynchronousMax,
                              [this](const Event& event) { return async_.deliver(event); });
  env_.settle.register_source(
      "running functions", [this](std::string_view account) { return invoker_.running(account); });
  sources_.attach();
}

void Functions::start() {
  sources_.start();
}

void Functions::stop() {
  stopping_ = true;
  sources_.abandon();
  invoker_.stop();
  pending_calls_.wait_for_all();
  sources_.stop();
}

void Functions::reset(std::string_view account) {
  sources_.reset(account);
  registry_.drop(account);
  invoker_.forget(account);
  deployer_.forget({});
}

void Functions::read_again() {
  registry_.reload();
  deployer_.forget({});
  invoker_.forget({});
  sources_.read_again();
}

bool Functions::has_function(std::string_view arn) const {
  const auto wanted = parse_function_arn(arn);
  return wanted && resolve(env_.store, *wanted, 0);
}

std::optional<FoundFunction> Functions::find(const QualifiedId& name) const {
  // Which version an alias leads to is chance, as is where in a queue a request stands.
  const auto dice = static_cast<double>(ids::random_u64() >> 11) * 0x1.0p-53;
  return resolve(env_.store, name, dice);
}

InvocationResult Functions::invoke_found(const FoundFunction& found,
                                         const InvocationRequest& request) {
  const auto deployment = deployer_.deploy(found);
  if (!deployment.ok()) {
    InvocationResult result;
    result.status = InvocationResult::Status::kNotReady;
    result.payload = failure_json(deployment.error().code, deployment.error().message);
    return result;
  }
  FunctionCall call;
  call.deployment = *deployment;
  call.request = request;
  call.reserved = found.reserved_concurrency;
  call.unreserved_max =
      invoker_.options().concurrency_max -
      env_.store.counter(spaces::kLambda, rows::reserved_key(found.id.account, found.id.region));
  return invoker_.invoke(call);
}

void Functions::put_configured(const Function& function) {
  registry_.put(function);
  store_configured(env_.store, function, env_.clock.now_ms(function.account));
  function_changed({function.account, function.region, function.name});
}

void Functions::function_deleted(const FunctionId& id) {
  registry_.remove({id.account, id.region}, id.name);
  function_changed(id);
}

void Functions::function_changed(const FunctionId& id) {
  deployer_.forget(id.arn());
  invoker_.retire(id.arn());
}

std::int64_t Functions::timeout_seconds(std::string_view arn) const {
  const auto wanted = parse_function_arn(arn);
  const auto found = wanted ? resolve(env_.store, *wanted, 0) : std::nullopt;
  return found ? found->stored.configuration.Timeout.value_or(0) : 0;
}

InvocationResult Functions::invoke_sync(const InvocationRequest& request) {
  const auto wanted = parse_function_arn(request.arn);
  if (const auto found = wanted ? find(*wanted) : std::nullopt)
    return invoke_found(*found, request);
  InvocationResult result;
  result.status = InvocationResult::Status::kNotFound;
  result.payload = failure_json("ResourceNotFoundException", "Function not found: " + request.arn);
  return result;
}

Result<FunctionPtr> Functions::create_function(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(const auto function, parse_function(json, scope));
  put_configured(function);
  return registry_.find({function.account, function.region}, function.name);
}

Result<EventSource> Functions::check_event_source(std::string_view json, const Scope& scope) const {
  CUMULITE_ASSIGN(auto source, parse_event_source(json, scope));
  if (source.id.empty()) source.id = ids::uuid();
  return source;
}

Result<EventSourcePtr> Functions::create_event_source(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(const auto source, check_event_source(json, scope));
  if (!has_function(source.function_arn())) {
    return not_found("Function", source.function);
  }
  return sources_.put(source);
}

Result<void> Functions::delete_function(const Scope& scope, std::string_view name) {
  if (!registry_.remove(scope, name)) return not_found("Function", name);
  const FunctionId id = {scope.account, scope.region, std::string(name)};
  remove_configured(env_.store, id);
  function_changed(id);
  sources_.remove_of_function(scope, name);
  return {};
}

Result<void> Functions::delete_event_source(const Scope& scope, std::string_view id) {
  if (!sources_.remove(scope, id)) return not_found("Event source", id);
  return {};
}

Result<void> Functions::configure(std::string_view json) {
  const auto document = Json::parse(json, nullptr, false, true);
  if (!document.is_object())
    return Error{"ValidationException", "the functions file is no JSON object", 400};
  const Scope scope = {env_.settings.default_account, env_.settings.default_region};
  std::vector<Function> functions;
  std::vector<EventSource> sources;
  for (const auto& entry : document.value("functions", Json::array())) {
    CUMULITE_ASSIGN(auto function, parse_function(entry.dump(), scope));
    functions.push_back(std::move(function));
  }
  for (const auto& entry : document.value("event_sources", Json::array())) {
    CUMULITE_ASSIGN(auto source, check_event_source(entry.dump(), scope));
    // The file is read at every start: the same entry must be the same event source.
    if (!entry.contains("id"))
      source.id = fmt::format("file-{}-{}", source.function, source.event_source_arn);
    sources.push_back(std::move(source));
  }
  for (const auto& function : functions) put_configured(function);
  for (const auto& source : sources) CUMULITE_TRY(sources_.put(source));
  return {};
}

}  // namespace cumulite::functions
