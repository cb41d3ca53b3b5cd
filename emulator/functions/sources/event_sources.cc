#include "emulator/functions/sources/event_sources.h"

#include <algorithm>
#include <utility>

#include "emulator/core/log.h"
#include "emulator/core/settle.h"
#include "emulator/core/spaces.h"
#include "emulator/functions/sources/failed_batch.h"
#include "emulator/functions/sources/queue_poller.h"
#include "emulator/functions/sources/rows.h"
#include "emulator/functions/sources/stream_poller.h"
#include "storage/kv/key_codec.h"

namespace cumulite::functions {
namespace {

using spaces::kFunctions;

std::string key_of(const EventSource& source) {
  return rows::source({source.account, source.region}, source.id);
}

}  // namespace

EventSources::EventSources(Environment& env, FunctionInvoker& invoker,
                           std::unique_ptr<QueueSource> queues,
                           std::unique_ptr<StreamSource> streams)
    : env_(env), invoker_(invoker), queues_(std::move(queues)), streams_(std::move(streams)) {
  load();
  keeper_ = std::thread([this] { keep(); });
}

EventSources::~EventSources() {
  stop();
  {
    const std::lock_guard lock(pollers_mutex_);
    is_ending_ = true;
    keeper_woken_.notify_all();
  }
  keeper_.join();
}

void EventSources::keep() {
  std::unique_lock lock(pollers_mutex_);
  while (true) {
    keeper_woken_.wait(lock, [&] { return is_ending_ || asked_ != answered_; });
    if (asked_ == answered_) return;
    const std::uint64_t number = asked_;
    lock.unlock();
    update_pollers();
    lock.lock();
    answered_ = number;
    keeper_done_.notify_all();
  }
}

std::uint64_t EventSources::ask_keeper() {
  const std::lock_guard lock(pollers_mutex_);
  keeper_woken_.notify_all();
  return ++asked_;
}

void EventSources::wait_for_keeper(std::uint64_t number) {
  std::unique_lock lock(pollers_mutex_);
  keeper_done_.wait(lock, [&] { return answered_ >= number; });
}

void EventSources::attach() {
  register_failure_target(env_);
  env_.settle.register_source("events for functions",
                              [this](std::string_view account) { return pending(account); });
  env_.settle.register_source("open batching windows",
                              [this](std::string_view account) { return open_windows(account); });
}

std::uint64_t EventSources::pending(std::string_view account) const {
  const std::lock_guard lock(pollers_mutex_);
  std::uint64_t count = asked_ != answered_ ? 1 : 0;
  for (const auto& [key, poller] : pollers_) {
    if (account.empty() || poller->source().account == account) count += poller->pending();
  }
  return count;
}

std::uint64_t EventSources::open_windows(std::string_view account) const {
  const std::lock_guard lock(pollers_mutex_);
  std::uint64_t count = 0;
  for (const auto& [key, poller] : pollers_) {
    const std::string& owner = poller->source().account;
    if (!account.empty() && owner != account) continue;
    if (!env_.clock.state(owner).frozen) count += poller->open_windows();
  }
  return count;
}

std::string EventSources::last_result(const EventSource& source) const {
  const std::lock_guard lock(pollers_mutex_);
  for (const auto& [key, poller] : pollers_) {
    if (poller->source().arn() == source.arn()) return poller->last_result();
  }
  return std::string(kNothingProcessed);
}

void EventSources::load() {
  std::map<std::string, EventSourcePtr> read;
  const std::string prefix = rows::sources({});
  std::string from = prefix;
  for (bool more = true; more;) {
    const auto page = env_.store.range(kFunctions, from, storage::prefix_end(prefix));
    for (const auto& row : page.rows) {
      auto source = parse_event_source(row.value, {});
      if (source.ok()) {
        read[row.key] = std::make_shared<const EventSource>(std::move(*source));
      } else {
        log::error("a stored event source is unreadable: {}", source.error().message);
      }
      from = row.key + '\0';
    }
    more = page.more;
  }
  const std::lock_guard lock(mutex_);
  sources_ = std::move(read);
}

void EventSources::start() {
  {
    const std::lock_guard lock(pollers_mutex_);
    running_ = true;
  }
  wait_for_keeper(ask_keeper());
}

void EventSources::abandon() {
  const std::lock_guard lock(pollers_mutex_);
  running_ = false;
  for (const auto& [key, poller] : pollers_) {
    poller->stop();
    poller->abandon();
  }
}

void EventSources::stop() {
  abandon();
  wait_for_keeper(ask_keeper());
}

void EventSources::reset(std::string_view account) {
  const auto is_of = [&](const auto& entry) {
    return account.empty() || entry.second->account == account;
  };
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(sources_, is_of);
  }
  // Pollers first: one at work would write its position again.
  wait_for_keeper(ask_keeper());
  const auto ranges = rows_of(account);
  env_.store.transact({storage::Domain::exclusive_on(kFunctions, {})}, [&](storage::Txn& txn) {
    for (const RowRange& range : ranges) txn.del_range(range.space, range.from, range.to);
  });
}

void EventSources::read_again() {
  load();
  wait_for_keeper(ask_keeper());
}

Result<EventSourcePtr> EventSources::put(EventSource source) {
  CUMULITE_TRY(EventFilter::parse(source.filters));
  const std::string key = key_of(source);
  const auto known = find({source.account, source.region}, source.id);
  if (known != nullptr) {
    source.starting_sequence = known->starting_sequence;
  } else if (source.starting_position == "LATEST") {
    const auto view = streams_->view(source.event_source_arn);
    source.starting_sequence = view ? view->last_sequence + 1 : 0;
  }
  if (known != nullptr && *known == source) return known;
  const auto made = std::make_shared<const EventSource>(std::move(source));
  const std::string value = to_json(*made);
  env_.store.transact({storage::Domain::exclusive_on(kFunctions, key)},
                      [&](storage::Txn& txn) { txn.put(kFunctions, key, value); });
  {
    const std::lock_guard lock(mutex_);
    sources_[key] = made;
  }
  ask_keeper();
  return EventSourcePtr(made);
}

EventSourcePtr EventSources::find(const Scope& scope, std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sources_.find(rows::source(scope, id));
  return found == sources_.end() ? nullptr : found->second;
}

std::vector<EventSourcePtr> EventSources::list(const Scope& scope) const {
  const std::lock_guard lock(mutex_);
  std::vector<EventSourcePtr> found;
  for (const auto& [key, source] : sources_) {
    if (source->account == scope.account && source->region == scope.region) found.push_back(source);
  }
  return found;
}

void EventSources::drop(const EventSource& source) {
  const std::string key = key_of(source);
  env_.store.transact({storage::Domain::exclusive_on(kFunctions, key)},
                      [&](storage::Txn& txn) { txn.del(kFunctions, key); });
  {
    const std::lock_guard lock(mutex_);
    sources_.erase(key);
  }
  ask_keeper();
}

/// After its poller has ended, which would write them again.
void EventSources::drop_positions(const EventSource& source) {
  const std::string prefix = rows::positions({source.account, source.region}, source.id);
  env_.store.transact({storage::Domain::exclusive_on(kFunctions, prefix)}, [&](storage::Txn& txn) {
    txn.del_range(kFunctions, prefix, storage::prefix_end(prefix));
  });
}

bool EventSources::remove(const Scope& scope, std::string_view id) {
  const auto source = find(scope, id);
  if (source == nullptr) return false;
  drop(*source);
  return true;
}

void EventSources::remove_of_function(const Scope& scope, std::string_view name) {
  for (const auto& source : list(scope)) {
    if (function_name(source->function) == name) drop(*source);
  }
}

std::unique_ptr<Poller> EventSources::make_poller(const EventSourcePtr& source) {
  auto filter = EventFilter::parse(source->filters);
  if (!filter.ok()) {
    log::error("the filter of event source {} is unreadable", source->id);
    return nullptr;
  }
  const PollerParts parts = {env_, invoker_, *queues_, *streams_};
  if (source->is_queue()) return std::make_unique<QueuePoller>(source, *filter, parts);
  return std::make_unique<StreamPoller>(source, *filter, parts);
}

void EventSources::update_pollers() {
  std::map<std::string, EventSourcePtr> wanted;
  {
    const std::lock_guard lock(mutex_);
    wanted = sources_;
  }
  std::erase_if(wanted, [](const auto& entry) { return !entry.second->enabled; });
  std::vector<std::shared_ptr<Poller>> ended;
  {
    const std::lock_guard lock(pollers_mutex_);
    if (!running_) wanted.clear();
    std::erase_if(pollers_, [&](auto& entry) {
      const auto found = wanted.find(entry.first);
      if (found != wanted.end() && found->second.get() == &entry.second->source()) return false;
      ended.push_back(std::move(entry.second));
      return true;
    });
  }
  // They end before their successors begin, so that one batch is not processed by both.
  for (const auto& poller : ended) poller->stop();
  for (auto& poller : ended) {
    const EventSource source = poller->source();
    poller.reset();
    if (find({source.account, source.region}, source.id) == nullptr) drop_positions(source);
  }
  const std::lock_guard lock(pollers_mutex_);
  if (!running_) return;
  for (const auto& [key, source] : wanted) {
    if (pollers_.contains(key)) continue;
    if (std::shared_ptr<Poller> poller = make_poller(source)) pollers_[key] = std::move(poller);
  }
}

std::vector<RowRange> EventSources::rows_of(std::string_view account) {
  return rows::of_account(account);
}

}  // namespace cumulite::functions
