#include "storage/kv/write_overlay.h"

#include <algorithm>
#include <utility>

#include "storage/kv/counter_value.h"

namespace cumulite::storage {
namespace {

std::size_t bytes_of(const std::string& key, const WriteOverlay::Write& write) {
  return key.size() + (write.kind == WriteOverlay::Kind::kAdd ? 8 : write.value.size());
}

}  // namespace

void WriteOverlay::put(std::string key, std::string_view value) {
  const auto [at, is_new] = writes_.try_emplace(std::move(key));
  if (!is_new) size_bytes_ -= bytes_of(at->first, at->second);
  at->second.kind = Kind::kPut;
  at->second.value.assign(value);
  size_bytes_ += bytes_of(at->first, at->second);
}

void WriteOverlay::del(std::string key) {
  const auto [at, is_new] = writes_.try_emplace(std::move(key));
  if (!is_new) size_bytes_ -= bytes_of(at->first, at->second);
  at->second.kind = Kind::kDelete;
  at->second.value.clear();
  size_bytes_ += bytes_of(at->first, at->second);
}

void WriteOverlay::add(std::string key, std::int64_t delta) {
  const bool base_is_hidden = hides(key);
  const auto [at, is_new] = writes_.try_emplace(std::move(key));
  Write& write = at->second;
  if (!is_new) size_bytes_ -= bytes_of(at->first, write);
  if (is_new && !base_is_hidden) {
    write.kind = Kind::kAdd;
    write.delta = delta;
  } else if (write.kind == Kind::kAdd) {
    write.delta = add_counters(write.delta, delta);
  } else {
    // The value is known here (written or deleted before in this transaction): no merge is needed.
    const std::int64_t before =
        write.kind == Kind::kPut ? decode_counter(write.value).value_or(0) : 0;
    write.kind = Kind::kPut;
    write.value = encode_counter(add_counters(before, delta));
  }
  size_bytes_ += bytes_of(at->first, write);
}

void WriteOverlay::forget_range(std::string_view from, std::string_view to) {
  auto at = writes_.lower_bound(from);
  while (at != writes_.end() && at->first < to) {
    size_bytes_ -= bytes_of(at->first, at->second);
    at = writes_.erase(at);
  }
}

void WriteOverlay::del_range(std::string from, std::string to) {
  forget_range(from, to);
  size_bytes_ += from.size() + to.size();
  deleted_ranges_.emplace_back(std::move(from), std::move(to));
}

const WriteOverlay::Write* WriteOverlay::find(std::string_view key) const {
  if (writes_.empty()) return nullptr;
  const auto at = writes_.find(key);
  return at == writes_.end() ? nullptr : &at->second;
}

bool WriteOverlay::hides(std::string_view key) const {
  return std::any_of(deleted_ranges_.begin(), deleted_ranges_.end(), [key](const KeyRange& range) {
    return range.first <= key && key < range.second;
  });
}

}  // namespace cumulite::storage
