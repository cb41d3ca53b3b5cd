#include "emulator/services/sns/signer.h"

#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "emulator/core/spaces.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"

namespace cumulite::sns {
namespace {

constexpr std::string_view kRow = "sns/signing-key";
constexpr unsigned kKeyBits = 2048;
constexpr const char* kNoEnd = "99991231235959Z";  // As RFC 5280 says of what does not expire.

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

using KeyPointer = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, Deleter<X509_free>>;
using BioPointer = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

void require(bool condition) {
  if (!condition) throw std::runtime_error("sns: OpenSSL cannot sign messages");
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

CertificatePointer make_certificate(EVP_PKEY* key) {
  CertificatePointer certificate(X509_new());
  require(certificate != nullptr);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  // Valid at whatever time the clock is set to.
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), 0);
  require(ASN1_TIME_set_string(X509_getm_notAfter(certificate.get()), kNoEnd) == 1);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("sns.amazonaws.com");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  require(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

/// Private key and certificate, both PEM, one after the other.
std::string make_key() {
  const KeyPointer key(EVP_RSA_gen(kKeyBits));
  require(key != nullptr);
  const CertificatePointer certificate = make_certificate(key.get());
  const BioPointer bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
          1);
  require(PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
  return text_of(bio.get());
}

}  // namespace

struct Signer::Keys {
  KeyPointer key;
  std::string certificate;
  std::string name;
};

Signer::Signer(storage::Store& store) : store_(store) {}

Signer::~Signer() = default;

Signer::Keys& Signer::keys() {
  const std::lock_guard lock(mutex_);
  if (keys_ != nullptr) return *keys_;
  auto row = store_.get(spaces::kSystem, kRow);
  if (!row) {
    row = make_key();
    store_.transact({storage::Domain::exclusive_on(spaces::kSystem, kRow)},
                    [&](storage::Txn& txn) { txn.put(spaces::kSystem, kRow, *row); });
  }
  auto made = std::make_unique<Keys>();
  const BioPointer bio(BIO_new_mem_buf(row->data(), static_cast<int>(row->size())));
  made->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  require(made->key != nullptr);
  const std::size_t begin = row->find("-----BEGIN CERTIFICATE-----");
  require(begin != std::string::npos);
  made->certificate = row->substr(begin);
  const std::string hash =
      checksum::hex(checksum::digest(checksum::Algorithm::kMd5, made->certificate));
  made->name = "SimpleNotificationService-" + hash + ".pem";
  keys_ = std::move(made);
  return *keys_;
}

std::string Signer::sign(std::string_view text, std::string_view version) {
  const Keys& current = keys();
  const ContextPointer context(EVP_MD_CTX_new());
  const EVP_MD* digest = version == "2" ? EVP_sha256() : EVP_sha1();
  require(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, current.key.get()) == 1);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  require(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  require(EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1);
  signature.resize(size);
  return codec::base64_encode(signature);
}

std::string Signer::certificate() {
  return keys().certificate;
}

std::string Signer::certificate_name() {
  return keys().name;
}

}  // namespace cumulite::sns
