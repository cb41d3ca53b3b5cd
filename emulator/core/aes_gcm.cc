#include "emulator/core/aes_gcm.h"

#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "storage/kv/store.h"

namespace cumulite::aes_gcm {
namespace {

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

}  // namespace

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  require(RAND_bytes(bytes_of(bytes), static_cast<int>(size)) == 1, "no random bytes");
  return bytes;
}

std::string seal(std::string_view key, std::string_view text, std::string_view context) {
  require(key.size() == kKeyBytes, "a key is not of 32 bytes");
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  std::string out = random_bytes(kNonceBytes);
  std::string body(text.size() + kTagBytes, '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  int last = 0;
  const bool sealed =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(out)) ==
          1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), bytes_of(body), &size, bytes_of(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), bytes_of(body) + size, &last) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  require(sealed, "sealing failed");
  body.resize(static_cast<std::size_t>(size + last));
  return out + body + tag;
}

std::optional<std::string> open(std::string_view key, std::string_view sealed,
                                std::string_view context) {
  if (sealed.size() < kNonceBytes + kTagBytes || key.size() != kKeyBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  std::string text(body.size() + kTagBytes, '\0');
  int size = 0;
  int last = 0;
  const bool opened =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key),
                         bytes_of(nonce)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes_of(text), &size, bytes_of(body),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes_of(text) + size, &last) == 1;
  if (!opened) return std::nullopt;
  text.resize(static_cast<std::size_t>(size + last));
  return text;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace cumulite::aes_gcm
