#include <cstdlib>
#include <memory>
#include <string>

#include <openssl/evp.h>

#include "protocol/checksum/hashers.h"

namespace cumulite::checksum {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

/// OpenSSL 3 looks an algorithm up by name each time that a legacy EVP_sha256() is used, which
/// costs more than hashing a short text. These are fetched once and live as long as the process.
const EVP_MD* message_digest(Algorithm algorithm) {
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  switch (algorithm) {
    case Algorithm::kMd5:
      return md5;
    case Algorithm::kSha1:
      return sha1;
    case Algorithm::kSha256:
      return sha256;
    case Algorithm::kSha512:
      return sha512;
    default:
      std::abort();  // The factory sends nothing else here.
  }
}

/// A failure here means that OpenSSL lacks the algorithm or memory: nothing can go on from it.
void require(int openssl_result) {
  if (openssl_result != 1) std::abort();
}

std::string finish_context(EVP_MD_CTX* context) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context, digest, &size));
  return {reinterpret_cast<const char*>(digest), size};
}

class EvpHasher final : public Hasher {
 public:
  explicit EvpHasher(Algorithm algorithm) : context_(EVP_MD_CTX_new()) {
    require(EVP_DigestInit_ex(context_.get(), message_digest(algorithm), nullptr));
  }

  void update(std::string_view bytes) override {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  }

  std::string finish() override { return finish_context(context_.get()); }

 private:
  Context context_;
};

}  // namespace

std::unique_ptr<Hasher> make_evp_hasher(Algorithm algorithm) {
  return std::make_unique<EvpHasher>(algorithm);
}

std::string evp_digest(Algorithm algorithm, std::string_view bytes) {
  static thread_local const Context context(EVP_MD_CTX_new());
  require(EVP_DigestInit_ex(context.get(), message_digest(algorithm), nullptr));
  require(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()));
  return finish_context(context.get());
}

}  // namespace cumulite::checksum
