#include "emulator/services/ssm/sealing.h"

#include <memory>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"

namespace cumulite::ssm {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

void require(bool succeeded, const char* what) {
  if (!succeeded) throw storage::StorageError(what);
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  require(RAND_bytes(bytes_of(bytes), static_cast<int>(size)) == 1, "no random bytes");
  return bytes;
}

}  // namespace

std::string sealing_key(storage::Store& store, std::string_view account) {
  const std::string row = account_key(account) + 'k';
  if (auto key = store.get(spaces::kSsm, row)) return std::move(*key);
  const std::string made = random_bytes(kKeyBytes);
  return store.transact({storage::Domain::exclusive_on(spaces::kSsm, row)}, [&](storage::Txn& txn) {
    if (auto key = txn.get(spaces::kSsm, row)) return std::move(*key);
    txn.put(spaces::kSsm, row, made);
    return made;
  });
}

std::string seal(std::string_view key, std::string_view text) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string out = random_bytes(kNonceBytes);
  require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key),
                             bytes_of(out)) == 1,
          "sealing failed");
  std::string body(text.size() + kTagBytes, '\0');
  int size = 0;
  int last = 0;
  require(EVP_EncryptUpdate(context.get(), bytes_of(body), &size, bytes_of(text),
                            static_cast<int>(text.size())) == 1 &&
              EVP_EncryptFinal_ex(context.get(), bytes_of(body) + size, &last) == 1,
          "sealing failed");
  body.resize(static_cast<std::size_t>(size + last));
  std::string tag(kTagBytes, '\0');
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1,
          "sealing failed");
  return out + body + tag;
}

std::string unseal(std::string_view key, std::string_view sealed) {
  constexpr const char* kFailed = "a secure string cannot be read with the key of its account";
  require(sealed.size() >= kNonceBytes + kTagBytes && key.size() == kKeyBytes, kFailed);
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string text(body.size() + kTagBytes, '\0');
  int size = 0;
  int last = 0;
  const bool opened =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key),
                         bytes_of(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(text), &size, bytes_of(body),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(text) + size, &last) == 1;
  require(opened, kFailed);
  text.resize(static_cast<std::size_t>(size + last));
  return text;
}

}  // namespace cumulite::ssm
