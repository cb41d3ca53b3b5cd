#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "protocol/http/tls_internal.h"

namespace cumulite::http {

namespace {

namespace ssl = boost::asio::ssl;

constexpr long kTenYearsSeconds = 10L * 365 * 24 * 3600;
constexpr char kNames[] =
    "DNS:localhost,DNS:*.localhost,DNS:*.s3.localhost,DNS:localhost.localstack.cloud,DNS:*."
    "localhost.localstack.cloud,"
    "DNS:*.s3.localhost.localstack.cloud,IP:127.0.0.1,IP:::1";

struct OpenSslDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

  void operator()(X509* certificate) const { X509_free(certificate); }

  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <class T>
using Owned = std::unique_ptr<T, OpenSslDeleter>;

[[noreturn]] void fail(const std::string& what) {
  char reason[256] = "unknown reason";
  if (const unsigned long code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, reason, sizeof reason);
  throw std::runtime_error("TLS: " + what + " (" + reason + ")");
}

void add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    fail("cannot make the certificate");
}

Owned<X509> make_certificate(EVP_PKEY* key) {
  Owned<X509> certificate(X509_new());
  X509* raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), 1);
  X509_gmtime_adj(X509_getm_notBefore(raw), -24L * 3600);  // A client's clock may be behind.
  X509_gmtime_adj(X509_getm_notAfter(raw), kTenYearsSeconds);
  X509_set_pubkey(raw, key);
  X509_NAME* name = X509_get_subject_name(raw);
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(raw, name);
  add_extension(raw, NID_subject_alt_name, kNames);
  add_extension(raw, NID_basic_constraints,
                "critical,CA:TRUE");  // So that it can be trusted as it is.
  if (X509_sign(raw, key, EVP_sha256()) == 0) fail("cannot sign the certificate");
  return certificate;
}

void use_self_signed(ssl::context& context) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  if (!key) fail("cannot make a key");
  const Owned<X509> certificate = make_certificate(key.get());
  if (SSL_CTX_use_certificate(context.native_handle(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.native_handle(), key.get()) != 1) {
    fail("cannot use the certificate made");
  }
}

void use_files(ssl::context& context, const ServerOptions& options) {
  const std::string& certificate = options.tls_certificate_file;
  const std::string& key = options.tls_key_file.empty() ? certificate : options.tls_key_file;
  boost::system::error_code ec;
  context.use_certificate_chain_file(certificate, ec);
  if (ec)
    throw std::runtime_error("TLS: cannot use the certificate file " + certificate + ": " +
                             ec.message());
  context.use_private_key_file(key, ssl::context::pem, ec);
  if (ec) throw std::runtime_error("TLS: cannot use the key file " + key + ": " + ec.message());
}

}  // namespace

bool tls_configured(const ServerOptions& options) {
  return options.tls_self_signed || !options.tls_certificate_file.empty();
}

ssl::context make_tls_context(const ServerOptions& options) {
  ssl::context context(ssl::context::tls_server);
  context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                      ssl::context::no_tlsv1_1);
  if (options.tls_certificate_file.empty()) {
    use_self_signed(context);
  } else {
    use_files(context, options);
  }
  return context;
}

}  // namespace cumulite::http
