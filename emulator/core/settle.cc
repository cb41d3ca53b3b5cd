#include "emulator/core/settle.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace cumulite {
namespace {

constexpr std::chrono::milliseconds kFirstLook{1};
constexpr std::chrono::milliseconds kLongestLook{20};

}  // namespace

void Settle::register_source(std::string what, Source source) {
  const std::lock_guard lock(mutex_);
  sources_.emplace_back(std::move(what), std::move(source));
}

std::vector<Settle::Pending> Settle::pending(std::string_view account) const {
  std::vector<std::pair<std::string, Source>> sources;
  {
    // Sources take their own locks and may be slow: they are asked outside of ours.
    const std::lock_guard lock(mutex_);
    sources = sources_;
  }
  std::vector<Pending> result;
  for (const auto& [what, source] : sources) {
    if (const std::uint64_t count = source(account); count > 0) result.push_back({what, count});
  }
  return result;
}

std::vector<Settle::Pending> Settle::wait(std::string_view account, std::int64_t timeout_ms) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  auto pause = kFirstLook;
  bool was_empty = false;
  while (true) {
    auto left = pending(account);
    if (left.empty() && was_empty) return left;
    was_empty = left.empty();
    if (was_empty) continue;
    if (std::chrono::steady_clock::now() >= deadline) return left;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kLongestLook);
  }
}

}  // namespace cumulite
