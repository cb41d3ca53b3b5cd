#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "emulator/events/wake_hub.h"
#include "protocol/http/exchange.h"

namespace cumulite {

/// What a waiting call hears of its topic, from its first look on: nothing that happens between a
/// look of the handler and the parking of the connection is lost.
class Parking {
 public:
  Parking(WakeHub& hub, std::string_view topic);
  Parking(const Parking&) = delete;
  Parking& operator=(const Parking&) = delete;

  const std::string& topic() const { return topic_; }

  /// Before the handler looks: what was heard until now is seen by it.
  void clear();
  /// Hands wakes on to the session, at once if there was one since `clear`. The result must not
  /// outlive this.
  std::unique_ptr<http::Subscription> attach(std::function<void()> wake);

 private:
  class Attachment;

  void on_wake();
  void detach();

  std::string topic_;
  std::mutex mutex_;
  bool is_woken_ = false;
  std::function<void()> wake_;
  /// Last, so that it is the first to go: no wake comes while the rest is taken apart.
  std::unique_ptr<http::Subscription> subscription_;
};

}  // namespace cumulite
