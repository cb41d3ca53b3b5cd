#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/core/environment.h"
#include "emulator/functions/async_event.h"
#include "emulator/functions/async_policy.h"

namespace cumulite::functions {

class Functions;

/// The outbox target "function": asynchronous invocations, tried again after one and two minutes of
/// virtual time, whose outcome goes to the function's destinations and dead letters.
class AsyncDelivery {
 public:
  /// Stores an object in a bucket of the account: for S3 destinations.
  struct ObjectToWrite {
    std::string account;
    std::string region;
    std::string bucket;
    std::string key;
    std::string body;
  };

  using ObjectWriter = std::function<Result<void>(const ObjectToWrite& object)>;

  AsyncDelivery(Environment& env, Functions& functions) : env_(env), functions_(functions) {}

  void set_object_writer(ObjectWriter writer) { object_writer_ = std::move(writer); }

  /// Throws when the daemon is stopping: the event stays for its next start.
  Delivery deliver(const Event& event);

 private:
  struct Attempt;

  Delivery deliver_to(const Event& event, const AsyncEvent& async, const FoundFunction& found);
  Delivery fail(const Attempt& attempt);
  /// For an event whose function is gone.
  Delivery give_up(const Event& event, const AsyncEvent* async, std::string_view reason);
  void tell_accepted(const Event& event, AsyncEvent& async);
  Delivery finish(const Event& event, const AsyncEvent& async, std::vector<Event> consequences);
  void add_record(const Attempt& attempt, const std::string& destination,
                  std::string_view condition, std::vector<Event>& consequences);

  Environment& env_;
  Functions& functions_;
  ObjectWriter object_writer_;
};

}  // namespace cumulite::functions
