#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/http/exchange.h"

namespace cumulite {

/// Wakes whoever waits for a topic ("sqs/<queue>"): long polls, event source pollers.
/// Thread-safe; a wake-up is a hint, the woken one looks for itself.
class WakeHub {
 public:
  WakeHub();
  ~WakeHub();

  /// The callback may run on any thread, any number of times, until the subscription is destroyed.
  /// It must be cheap, and must not call the hub nor destroy a subscription: it runs under a lock.
  std::unique_ptr<http::Subscription> subscribe(std::string_view topic, std::function<void()> wake);
  /// Cheap when nobody waits.
  void notify(std::string_view topic);
  /// The clock moved, or the daemon stops: everybody looks again.
  void notify_all();

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace cumulite
