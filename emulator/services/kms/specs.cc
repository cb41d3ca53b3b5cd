#include "emulator/services/kms/specs.h"

#include <algorithm>

#include "emulator/core/aes_gcm.h"
#include "emulator/services/kms/asymmetric.h"

namespace cumulite::kms {
namespace {

struct Spec {
  std::string_view name;
  std::size_t secret_bytes;  ///< 0: a pair of keys.
  std::vector<std::string> ciphers;
  std::vector<std::string> signatures;
  std::vector<std::string> macs;
};

const std::vector<Spec>& all_specs() {
  static const std::vector<std::string> kRsaCiphers = {"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"};
  static const std::vector<std::string> kRsaSignatures = {
      "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512",
      "RSASSA_PSS_SHA_256",        "RSASSA_PSS_SHA_384",        "RSASSA_PSS_SHA_512"};
  static const std::vector<Spec> specs = {
      {kSymmetricDefault, aes_gcm::kKeyBytes, {std::string(kSymmetricDefault)}, {}, {}},
      {"RSA_2048", 0, kRsaCiphers, kRsaSignatures, {}},
      {"RSA_3072", 0, kRsaCiphers, kRsaSignatures, {}},
      {"RSA_4096", 0, kRsaCiphers, kRsaSignatures, {}},
      {"ECC_NIST_P256", 0, {}, {"ECDSA_SHA_256"}, {}},
      {"ECC_NIST_P384", 0, {}, {"ECDSA_SHA_384"}, {}},
      {"ECC_NIST_P521", 0, {}, {"ECDSA_SHA_512"}, {}},
      {"ECC_SECG_P256K1", 0, {}, {"ECDSA_SHA_256"}, {}},
      {"HMAC_224", 28, {}, {}, {"HMAC_SHA_224"}},
      {"HMAC_256", 32, {}, {}, {"HMAC_SHA_256"}},
      {"HMAC_384", 48, {}, {}, {"HMAC_SHA_384"}},
      {"HMAC_512", 64, {}, {}, {"HMAC_SHA_512"}},
  };
  return specs;
}

const Spec* find_spec(std::string_view name) {
  const auto& specs = all_specs();
  const auto found =
      std::find_if(specs.begin(), specs.end(), [&](const Spec& spec) { return spec.name == name; });
  return found == specs.end() ? nullptr : &*found;
}

}  // namespace

bool is_built_spec(std::string_view spec) {
  return find_spec(spec) != nullptr;
}

std::vector<std::string> algorithms_of(std::string_view spec, std::string_view usage) {
  const Spec* found = find_spec(spec);
  if (found == nullptr) return {};
  if (usage == kEncryptDecrypt) return found->ciphers;
  if (usage == kSignVerify) return found->signatures;
  if (usage == kGenerateVerifyMac) return found->macs;
  return {};
}

bool is_usage_of(std::string_view spec, std::string_view usage) {
  return !algorithms_of(spec, usage).empty();
}

std::string make_material(std::string_view spec) {
  const Spec* found = find_spec(spec);
  if (found != nullptr && found->secret_bytes != 0) {
    return aes_gcm::random_bytes(found->secret_bytes);
  }
  return make_private_key(spec);
}

}  // namespace cumulite::kms
