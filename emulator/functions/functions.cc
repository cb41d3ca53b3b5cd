#include "emulator/functions/functions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/core/settle.h"
#include "emulator/events/captured.h"
#include "protocol/codec/json_document.h"

namespace cumulite::functions {
namespace {

using Json = nlohmann::json;

// Asynchronous invocations under way at a time, over all functions; each function has its own limit
// too.
constexpr unsigned kAsynchronousMax = 16;
// Lambda waits one minute before the first retry of an asynchronous event and two before the
// second.
constexpr std::int64_t kRetryDelaysMs[] = {60'000, 120'000};

Error not_found(std::string_view what, std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("{} not found: {}", what, name), 404};
}

/// Queue or topic of a dead-letter ARN as an outbox kind; empty for another service.
std::string_view dead_letter_kind(std::string_view arn) {
  if (arn.starts_with("arn:aws:sqs:")) return "sqs";
  return arn.starts_with("arn:aws:sns:") ? "sns" : "";
}

class SnapshotRows final : public SnapshotPart {
 public:
  std::vector<RowRange> rows_of(std::string_view account) override {
    return FunctionRegistry::rows_of(account);
  }
};

}  // namespace

Functions::Functions(Environment& env, std::unique_ptr<QueueSource> queues)
    : env_(env), queues_(std::move(queues)), registry_(env.store), invoker_(env.settings) {}

Functions::~Functions() {
  stop();
}

void Functions::attach() {
  env_.services.add(targets_);
  env_.admin.add_part(std::make_unique<SnapshotRows>());
  env_.outbox.register_target("function", kAsynchronousMax,
                              [this](const Event& event) { return deliver(event); });
  env_.settle.register_source(
      "running functions", [this](std::string_view account) { return invoker_.running(account); });
  env_.settle.register_source("messages for functions", [this](std::string_view account) {
    const std::lock_guard lock(pollers_mutex_);
    std::uint64_t count = 0;
    for (const auto& [id, poller] : pollers_) {
      if (account.empty() || poller->source().account == account) count += poller->pending();
    }
    return count;
  });
}

void Functions::start() {
  {
    const std::lock_guard lock(pollers_mutex_);
    running_ = true;
  }
  update_pollers();
}

void Functions::stop() {
  invoker_.stop();
  std::map<std::string, std::shared_ptr<QueuePoller>> ended;
  {
    const std::lock_guard lock(pollers_mutex_);
    running_ = false;
    ended.swap(pollers_);
  }
  for (auto& [id, poller] : ended) poller->stop();
}

void Functions::reset(std::string_view account) {
  registry_.drop(account);
  invoker_.forget(account);
  update_pollers();
}

void Functions::read_again() {
  registry_.reload();
  update_pollers();
}

void Functions::update_pollers() {
  const auto sources = registry_.sources();
  std::vector<std::shared_ptr<QueuePoller>> ended;  // Joined after the lock is given back.
  const std::lock_guard lock(pollers_mutex_);
  std::erase_if(pollers_, [&](auto& entry) {
    const bool keep =
        running_ && std::any_of(sources.begin(), sources.end(), [&](const auto& source) {
          return source->enabled && source.get() == &entry.second->source();
        });
    if (!keep) ended.push_back(entry.second);
    return !keep;
  });
  for (const auto& poller : ended) poller->stop();
  if (!running_) return;
  for (const auto& source : sources) {
    if (!source->enabled || pollers_.contains(source->id)) continue;
    pollers_[source->id] = std::make_shared<QueuePoller>(
        source, PollerParts{registry_, invoker_, *queues_, env_.clock, env_.wake});
  }
}

Delivery Functions::deliver(const Event& event) {
  const auto delivery = decode_function_delivery(event.payload);
  if (!delivery.ok()) return give_up(event, nullptr, delivery.error().message);
  const auto function = registry_.find_arn(event.target);
  if (function == nullptr) return give_up(event, nullptr, "there is no such function");
  const auto now_ms = env_.clock.now_ms(event.account);
  const auto result = invoker_.invoke(*function, delivery->event_json, now_ms);
  if (result.ok()) {
    env_.captured.deliveries().note(delivery->from.arn, "lambda",
                                    DeliveryCounts::Outcome::kDelivered);
    return {};
  }
  if (event.attempt < static_cast<std::uint32_t>(function->retries)) {
    return {Delivery::Outcome::kRetry,
            now_ms + kRetryDelaysMs[std::min<std::size_t>(event.attempt, 1)]};
  }
  return give_up(event, function.get(), result.payload);
}

void Functions::count_failure(std::string_view source_arn, bool is_redriven) {
  using Outcome = DeliveryCounts::Outcome;
  env_.captured.deliveries().note(source_arn, "lambda", Outcome::kFailed);
  if (is_redriven) env_.captured.deliveries().note(source_arn, "lambda", Outcome::kRedriven);
}

/// The dead-letter target gets the event as it was; without one, the log says that it is gone.
Delivery Functions::give_up(const Event& event, const Function* function, std::string_view reason) {
  const auto delivery = decode_function_delivery(event.payload);
  // A function that failed has a target of its own; that of the sender is for what did not reach
  // it.
  std::string arn = function != nullptr ? function->dead_letter_arn : std::string();
  const bool is_senders = arn.empty();
  if (is_senders && delivery.ok()) arn = delivery->dead_letter_arn;
  const auto kind = dead_letter_kind(arn);
  if (delivery.ok()) count_failure(delivery->from.arn, !kind.empty());
  if (!delivery.ok() || kind.empty()) {
    log::error("an event for {} is dropped after {} attempt(s): {}", event.target,
               event.attempt + 1, reason);
    return {};
  }
  Event dead = {
      .account = event.account, .region = event.region, .kind = std::string(kind), .target = arn};
  if (kind == "sqs" && is_senders && !delivery->dead_letter_body.empty()) {
    dead.payload = encode(SqsDelivery{.body = delivery->dead_letter_body, .from = delivery->from});
  } else if (kind == "sqs") {
    SqsDelivery message = {.body = delivery->event_json};
    message.attributes = {{"ErrorCode", "Number", "200"},
                          {"ErrorMessage", "String", std::string(reason)}};
    dead.payload = encode(message);
  } else {
    dead.payload = encode(SnsDelivery{.message = delivery->event_json});
  }
  env_.store.transact({}, [&](storage::Txn& txn) {
    env_.outbox.append(txn, dead);
    env_.outbox.remove(txn, event);
  });
  return {Delivery::Outcome::kRemoved};
}

bool Functions::has_function(std::string_view arn) const {
  return registry_.find_arn(arn) != nullptr;
}

InvocationResult Functions::invoke_sync(const InvocationRequest& request) {
  const auto function = registry_.find_arn(request.arn);
  if (function == nullptr) {
    InvocationResult result;
    result.status = InvocationResult::Status::kNotFound;
    result.payload = Json{{"errorMessage", "Function not found: " + request.arn}}.dump();
    return result;
  }
  return invoker_.invoke(*function, request.payload, request.now_ms);
}

Result<FunctionPtr> Functions::create_function(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(const auto function, parse_function(json, scope));
  registry_.put(function);
  return registry_.find({function.account, function.region}, function.name);
}

Result<EventSource> Functions::check_event_source(std::string_view json, const Scope& scope) const {
  CUMULITE_ASSIGN(auto source, parse_event_source(json, scope));
  if (source.id.empty()) source.id = ids::uuid();
  return source;
}

Result<EventSourcePtr> Functions::create_event_source(std::string_view json, const Scope& scope) {
  CUMULITE_ASSIGN(const auto source, check_event_source(json, scope));
  if (registry_.find({source.account, source.region}, source.function) == nullptr) {
    return not_found("Function", source.function);
  }
  registry_.put(source);
  update_pollers();
  return EventSourcePtr(std::make_shared<const EventSource>(source));
}

Result<void> Functions::delete_function(const Scope& scope, std::string_view name) {
  if (!registry_.remove(scope, name)) return not_found("Function", name);
  update_pollers();
  return {};
}

Result<void> Functions::delete_event_source(const Scope& scope, std::string_view id) {
  if (!registry_.remove_source(scope, id)) return not_found("Event source", id);
  update_pollers();
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
  for (const auto& function : functions) registry_.put(function);
  for (const auto& source : sources) registry_.put(source);
  update_pollers();
  return {};
}

}  // namespace cumulite::functions
