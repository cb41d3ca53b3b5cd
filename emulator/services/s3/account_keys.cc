#include "emulator/services/s3/account_keys.h"

#include "storage/kv/key_codec.h"

namespace cumulite::s3::keys {

std::string account_block(std::string_view account) {
  std::string key = "P";
  storage::append_part(key, account);
  return key;
}

}  // namespace cumulite::s3::keys
