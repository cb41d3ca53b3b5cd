#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "emulator/core/environment.h"
#include "emulator/core/snapshot_part.h"
#include "emulator/functions/sources/poller.h"

namespace cumulite::functions {

/// The event sources of the daemon: their rows, all of them in memory too (there are few), and a
/// poller for each that is enabled. Thread-safe; what it hands out does not change under its user.
class EventSources {
 public:
  EventSources(Environment& env, FunctionInvoker& invoker, std::unique_ptr<QueueSource> queues,
               std::unique_ptr<StreamSource> streams);
  ~EventSources();
  EventSources(const EventSources&) = delete;
  EventSources& operator=(const EventSources&) = delete;

  /// Registers the settle source and the outbox target of failed batches. Before Outbox::start.
  void attach();
  /// Starts the pollers. After the services have started.
  void start();
  /// Before the invoker cuts off what runs: its outcome does not count.
  void abandon();
  void stop();
  /// Ends and drops those of the account (empty: all).
  void reset(std::string_view account);
  /// The rows were exchanged for those of a snapshot.
  void read_again();

  /// Makes it, or replaces the one of its id, which reads on where it was. A new one that begins
  /// with LATEST begins after what its stream has now. Errors: InvalidParameterValueException for
  /// filters that are none.
  Result<EventSourcePtr> put(EventSource source);
  EventSourcePtr find(const Scope& scope, std::string_view id) const;
  /// In order of ids.
  std::vector<EventSourcePtr> list(const Scope& scope) const;
  /// How the last batch of a stream's source went, as the API shows it.
  std::string last_result(const EventSource& source) const;
  /// False if there was none.
  bool remove(const Scope& scope, std::string_view id);
  /// Those of a function, under any qualifier.
  void remove_of_function(const Scope& scope, std::string_view name);

  QueueSource& queues() { return *queues_; }

  StreamSource& streams() { return *streams_; }

  static std::vector<RowRange> rows_of(std::string_view account);

 private:
  void load();
  void drop(const EventSource& source);
  void drop_positions(const EventSource& source);
  /// Brings the running pollers in step with the sources, on the keeper's thread: a poller ends
  /// when its function does, and that function may be the one that asks.
  void keep();
  void update_pollers();
  /// Asks the keeper to look; returns a number for `wait_for_keeper`.
  std::uint64_t ask_keeper();
  void wait_for_keeper(std::uint64_t number);
  std::unique_ptr<Poller> make_poller(const EventSourcePtr& source);
  std::uint64_t pending(std::string_view account) const;
  /// Of accounts whose clock runs: where it stands still no window ends before it is moved.
  std::uint64_t open_windows(std::string_view account) const;

  Environment& env_;
  FunctionInvoker& invoker_;
  std::unique_ptr<QueueSource> queues_;
  std::unique_ptr<StreamSource> streams_;
  mutable std::mutex mutex_;
  std::map<std::string, EventSourcePtr> sources_;  // By row key; mutex_.
  mutable std::mutex pollers_mutex_;
  std::condition_variable keeper_woken_;
  std::condition_variable keeper_done_;
  std::uint64_t asked_ = 0;                                 // pollers_mutex_.
  std::uint64_t answered_ = 0;                              // pollers_mutex_.
  bool is_ending_ = false;                                  // pollers_mutex_.
  bool running_ = false;                                    // pollers_mutex_.
  std::map<std::string, std::shared_ptr<Poller>> pollers_;  // By row key; pollers_mutex_.
  std::thread keeper_;
};

}  // namespace cumulite::functions
