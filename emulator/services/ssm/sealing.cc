#include "emulator/services/ssm/sealing.h"

#include "emulator/core/aes_gcm.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"

namespace cumulite::ssm {

std::string sealing_key(storage::Store& store, std::string_view account) {
  const std::string row = account_key(account) + 'k';
  if (auto key = store.get(spaces::kSsm, row)) return std::move(*key);
  const std::string made = aes_gcm::random_bytes(aes_gcm::kKeyBytes);
  return store.transact({storage::Domain::exclusive_on(spaces::kSsm, row)}, [&](storage::Txn& txn) {
    if (auto key = txn.get(spaces::kSsm, row)) return std::move(*key);
    txn.put(spaces::kSsm, row, made);
    return made;
  });
}

std::string seal(std::string_view key, std::string_view text) {
  return aes_gcm::seal(key, text);
}

std::string unseal(std::string_view key, std::string_view sealed) {
  auto text = aes_gcm::open(key, sealed);
  if (!text) {
    throw storage::StorageError("a secure string cannot be read with the key of its account");
  }
  return std::move(*text);
}

}  // namespace cumulite::ssm
