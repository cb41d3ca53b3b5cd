#include "emulator/services/kms/asymmetric.h"

#include <memory>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "storage/kv/store.h"

namespace cumulite::kms {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using KeyPair = std::unique_ptr<EVP_PKEY, Deleter<&EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<&EVP_PKEY_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<&PKCS8_PRIV_KEY_INFO_free>>;

void expect(bool succeeded) {
  if (!succeeded) throw storage::StorageError("an operation with a pair of keys failed");
}

unsigned char* raw(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

const EVP_MD* hash_of(std::string_view algorithm) {
  if (algorithm.ends_with("SHA_1")) return EVP_sha1();
  if (algorithm.ends_with("SHA_224")) return EVP_sha224();
  if (algorithm.ends_with("SHA_384")) return EVP_sha384();
  return algorithm.ends_with("SHA_512") ? EVP_sha512() : EVP_sha256();
}

std::size_t rsa_bits(std::string_view spec) {
  if (spec == "RSA_2048") return 2048;
  return spec == "RSA_3072" ? 3072 : 4096;
}

int curve_of(std::string_view spec) {
  constexpr std::pair<std::string_view, int> kCurves[] = {{"ECC_NIST_P256", NID_X9_62_prime256v1},
                                                          {"ECC_NIST_P384", NID_secp384r1},
                                                          {"ECC_NIST_P521", NID_secp521r1},
                                                          {"ECC_SECG_P256K1", NID_secp256k1}};
  for (const auto& [name, curve] : kCurves) {
    if (name == spec) return curve;
  }
  throw storage::StorageError("no such curve");
}

KeyPair generate(std::string_view spec) {
  const bool is_rsa = spec.starts_with("RSA_");
  const KeyContext context(EVP_PKEY_CTX_new_id(is_rsa ? EVP_PKEY_RSA : EVP_PKEY_EC, nullptr));
  expect(EVP_PKEY_keygen_init(context.get()) == 1);
  if (is_rsa) {
    expect(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(rsa_bits(spec))) == 1);
  } else {
    expect(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), curve_of(spec)) == 1);
  }
  EVP_PKEY* made = nullptr;
  expect(EVP_PKEY_keygen(context.get(), &made) == 1);
  return KeyPair(made);
}

KeyPair parse(std::string_view private_key) {
  const unsigned char* at = raw(private_key);
  const Pkcs8 document(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(private_key.size())));
  expect(document != nullptr);
  KeyPair pair(EVP_PKCS82PKEY(document.get()));
  expect(pair != nullptr);
  return pair;
}

/// Sets hash and padding of a context that is begun for signing or verifying a digest.
void set_signing(EVP_PKEY_CTX* context, std::string_view algorithm) {
  expect(EVP_PKEY_CTX_set_signature_md(context, hash_of(algorithm)) == 1);
  if (algorithm.starts_with("RSASSA_PSS_")) {
    expect(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1);
    expect(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
  } else if (algorithm.starts_with("RSASSA_")) {
    expect(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1);
  }
}

std::string digest_of(std::string_view algorithm, const SignedText& text) {
  if (text.is_digest) return std::string(text.bytes);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  expect(EVP_Digest(text.bytes.data(), text.bytes.size(), raw(digest), &size, hash_of(algorithm),
                    nullptr) == 1);
  digest.resize(size);
  return digest;
}

void set_oaep(EVP_PKEY_CTX* context, std::string_view algorithm) {
  expect(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1);
  expect(EVP_PKEY_CTX_set_rsa_oaep_md(context, hash_of(algorithm)) == 1);
  expect(EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash_of(algorithm)) == 1);
}

/// Calls an OpenSSL function that first tells how much room it needs.
template <class Call>
std::optional<std::string> with_room(Call call) {
  std::size_t size = 0;
  if (call(nullptr, &size) != 1) return std::nullopt;
  std::string out(size, '\0');
  if (call(raw(out), &size) != 1) return std::nullopt;
  out.resize(size);
  return out;
}

}  // namespace

std::string make_private_key(std::string_view spec) {
  const KeyPair pair = generate(spec);
  const Pkcs8 document(EVP_PKEY2PKCS8(pair.get()));
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(document.get(), &bytes);
  expect(size > 0);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  return out;
}

std::string public_key_of(std::string_view private_key) {
  const KeyPair pair = parse(private_key);
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(pair.get(), &bytes);
  expect(size > 0);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return out;
}

std::size_t digest_bytes(std::string_view algorithm) {
  return static_cast<std::size_t>(EVP_MD_size(hash_of(algorithm)));
}

std::string sign(std::string_view private_key, std::string_view algorithm, const SignedText& text) {
  const KeyPair pair = parse(private_key);
  const KeyContext context(EVP_PKEY_CTX_new(pair.get(), nullptr));
  expect(EVP_PKEY_sign_init(context.get()) == 1);
  set_signing(context.get(), algorithm);
  const std::string digest = digest_of(algorithm, text);
  auto signature = with_room([&](unsigned char* out, std::size_t* size) {
    return EVP_PKEY_sign(context.get(), out, size, raw(std::string_view(digest)), digest.size());
  });
  expect(signature.has_value());
  return std::move(*signature);
}

bool verify(std::string_view private_key, std::string_view algorithm, const SignedText& text,
            std::string_view signature) {
  const KeyPair pair = parse(private_key);
  const KeyContext context(EVP_PKEY_CTX_new(pair.get(), nullptr));
  expect(EVP_PKEY_verify_init(context.get()) == 1);
  set_signing(context.get(), algorithm);
  const std::string digest = digest_of(algorithm, text);
  return EVP_PKEY_verify(context.get(), raw(signature), signature.size(),
                         raw(std::string_view(digest)), digest.size()) == 1;
}

std::size_t oaep_bytes_max(std::string_view spec, std::string_view algorithm) {
  return rsa_bits(spec) / 8 - 2 * digest_bytes(algorithm) - 2;
}

std::string oaep_encrypt(std::string_view private_key, std::string_view algorithm,
                         std::string_view text) {
  const KeyPair pair = parse(private_key);
  const KeyContext context(EVP_PKEY_CTX_new(pair.get(), nullptr));
  expect(EVP_PKEY_encrypt_init(context.get()) == 1);
  set_oaep(context.get(), algorithm);
  auto sealed = with_room([&](unsigned char* out, std::size_t* size) {
    return EVP_PKEY_encrypt(context.get(), out, size, raw(text), text.size());
  });
  expect(sealed.has_value());
  return std::move(*sealed);
}

std::optional<std::string> oaep_decrypt(std::string_view private_key, std::string_view algorithm,
                                        std::string_view sealed) {
  const KeyPair pair = parse(private_key);
  const KeyContext context(EVP_PKEY_CTX_new(pair.get(), nullptr));
  expect(EVP_PKEY_decrypt_init(context.get()) == 1);
  set_oaep(context.get(), algorithm);
  return with_room([&](unsigned char* out, std::size_t* size) {
    return EVP_PKEY_decrypt(context.get(), out, size, raw(sealed), sealed.size());
  });
}

std::string make_mac(std::string_view key, std::string_view algorithm, std::string_view text) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  expect(HMAC(hash_of(algorithm), key.data(), static_cast<int>(key.size()), raw(text), text.size(),
              raw(mac), &size) != nullptr);
  mac.resize(size);
  return mac;
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace cumulite::kms
