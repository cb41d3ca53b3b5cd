#include "emulator/functions/pending_calls.h"

#include <thread>
#include <utility>

#include "emulator/clock/clock.h"

namespace cumulite::functions {
namespace {

// A result that nobody has taken by then belongs to a client that went away.
constexpr std::int64_t kKeptMs = 30'000;

}  // namespace

void PendingCalls::start(const std::string& id, Work work, std::function<void()> on_end,
                         std::shared_ptr<ResponseStream> stream) {
  {
    const std::lock_guard lock(mutex_);
    const auto oldest_ms = real_now_ms() - kKeptMs;
    std::erase_if(entries_, [&](const auto& entry) {
      return entry.second.result && entry.second.ended_ms < oldest_ms;
    });
    entries_[id] = {.result = std::nullopt, .stream = std::move(stream)};
    ++running_;
  }
  std::thread([this, id, work = std::move(work), on_end = std::move(on_end)] {
    auto result = work();
    {
      const std::lock_guard lock(mutex_);
      if (const auto entry = entries_.find(id); entry != entries_.end()) {
        entry->second.result = std::move(result);
        entry->second.ended_ms = real_now_ms();
      }
    }
    on_end();
    const std::lock_guard lock(mutex_);
    --running_;
    ended_.notify_all();
  }).detach();
}

bool PendingCalls::is_known(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return entries_.contains(id);
}

std::optional<InvocationResult> PendingCalls::take(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || !found->second.result) return std::nullopt;
  auto result = std::move(found->second.result);
  entries_.erase(found);
  return result;
}

std::shared_ptr<ResponseStream> PendingCalls::take_stream(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || !found->second.stream || !found->second.stream->is_answerable())
    return nullptr;
  auto stream = std::move(found->second.stream);
  entries_.erase(found);
  return stream;
}

void PendingCalls::wait_for_all() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return running_ == 0; });
}

}  // namespace cumulite::functions
