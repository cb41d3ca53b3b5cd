#pragma once

#include <functional>

#include "protocol/http/response.h"

namespace cumulite::http {

/// A body that others write at their own pace (a running function): nobody waits in `read`. The
/// session asks whether there is something, and sleeps until it is told so.
class PacedBody : public BodySource {
 public:
  /// Whether `read` has something to give, or the end, at once. If not, `wake` is called when it has:
  /// once, from any thread, perhaps after the session has gone. An empty `wake` only asks.
  virtual bool is_ready(std::function<void()> wake) = 0;
};

}  // namespace cumulite::http
