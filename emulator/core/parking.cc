#include "emulator/core/parking.h"

#include <utility>

namespace cumulite {

class Parking::Attachment final : public http::Subscription {
 public:
  explicit Attachment(Parking& parking) : parking_(parking) {}

  ~Attachment() override { parking_.detach(); }

  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

 private:
  Parking& parking_;
};

Parking::Parking(WakeHub& hub, std::string_view topic)
    : topic_(topic), subscription_(hub.subscribe(topic, [this] { on_wake(); })) {}

void Parking::clear() {
  const std::lock_guard lock(mutex_);
  is_woken_ = false;
}

std::unique_ptr<http::Subscription> Parking::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (is_woken_) wake_();
  return std::make_unique<Attachment>(*this);
}

void Parking::on_wake() {
  const std::lock_guard lock(mutex_);
  is_woken_ = true;
  if (wake_) wake_();
}

void Parking::detach() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

}  // namespace cumulite
