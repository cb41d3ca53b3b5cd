#include "emulator/core/issued_keys.h"

#include <mutex>

namespace cumulite {

void IssuedKeys::put(IssuedKey key) {
  const std::string id = key.identity.credentials.access_key_id;
  auto shared = std::make_shared<const IssuedKey>(std::move(key));
  const std::lock_guard lock(mutex_);
  keys_.insert_or_assign(id, std::move(shared));
  size_ = keys_.size();
}

void IssuedKeys::remove(std::string_view access_key_id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = keys_.find(access_key_id); found != keys_.end()) keys_.erase(found);
  size_ = keys_.size();
}

void IssuedKeys::forget(char owner, std::string_view account) {
  const std::lock_guard lock(mutex_);
  std::erase_if(keys_, [&](const auto& entry) {
    const IssuedKey& key = *entry.second;
    return key.owner == owner && (account.empty() || key.identity.account_id == account);
  });
  size_ = keys_.size();
}

std::shared_ptr<const IssuedKey> IssuedKeys::find(std::string_view access_key_id) const {
  if (size_ == 0) return nullptr;
  const std::shared_lock lock(mutex_);
  const auto found = keys_.find(access_key_id);
  return found == keys_.end() ? nullptr : found->second;
}

}  // namespace cumulite
