#include "emulator/core/aes_gcm.h"
#include "emulator/services/kms/asymmetric.h"
#include "emulator/services/kms/ciphertext.h"
#include "emulator/services/kms/operations.h"
#include "emulator/services/kms/specs.h"

namespace cumulite::kms {
namespace {

/// The key under which the new one is sealed: a symmetric one.
Result<Found> sealing_key(Context& ctx, const std::string& id, std::string_view operation) {
  CUMULITE_ASSIGN(Found found, find_usable_key(ctx, id));
  CUMULITE_TRY(check_cipher_usage(found, operation));
  if (!found.key.is_symmetric()) {
    return errors::wrong_algorithm(kSymmetricDefault, found.key.spec);
  }
  return found;
}

/// Errors: ValidationException.
Result<std::size_t> data_key_bytes(const std::optional<std::string>& spec,
                                   const std::optional<std::int32_t>& bytes) {
  if (spec.has_value() == bytes.has_value()) {
    return errors::validation("Please specify either number of bytes or key spec.");
  }
  if (bytes) return static_cast<std::size_t>(*bytes);
  return *spec == "AES_128" ? std::size_t{16} : std::size_t{32};
}

/// One function for both operations: Request and Response differ in what they show.
template <class Response, class Request>
Result<Response> make_data_key(Context& ctx, const Request& req, std::string_view operation,
                               std::string& plaintext) {
  CUMULITE_ASSIGN(const Found found, sealing_key(ctx, *req.KeyId, operation));
  CUMULITE_ASSIGN(const std::size_t bytes, data_key_bytes(req.KeySpec, req.NumberOfBytes));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  plaintext = aes_gcm::random_bytes(bytes);
  Response answer;
  answer.CiphertextBlob =
      encrypt_symmetric(found, plaintext, req.EncryptionContext.value_or(EncryptionContext{}));
  answer.KeyId = found.arn();
  answer.KeyMaterialId = found.key.materials.back().id;
  return answer;
}

Result<api::GenerateDataKeyResponse> generate_data_key(Context& ctx,
                                                       const api::GenerateDataKeyRequest& req) {
  if (req.Recipient) return not_implemented("GenerateDataKey with Recipient");
  std::string plaintext;
  CUMULITE_ASSIGN(auto answer, make_data_key<api::GenerateDataKeyResponse>(
                                   ctx, req, "GenerateDataKey", plaintext));
  answer.Plaintext = std::move(plaintext);
  return answer;
}

Result<api::GenerateDataKeyWithoutPlaintextResponse> generate_data_key_without_plaintext(
    Context& ctx, const api::GenerateDataKeyWithoutPlaintextRequest& req) {
  std::string plaintext;
  auto answer = make_data_key<api::GenerateDataKeyWithoutPlaintextResponse>(
      ctx, req, "GenerateDataKeyWithoutPlaintext", plaintext);
  aes_gcm::wipe(plaintext);
  return answer;
}

template <class Response, class Request>
Result<Response> make_data_key_pair(Context& ctx, const Request& req, std::string_view operation,
                                    std::string& private_key) {
  CUMULITE_ASSIGN(const Found found, sealing_key(ctx, *req.KeyId, operation));
  const std::string& spec = *req.KeyPairSpec;
  if (!is_built_spec(spec)) return not_implemented("a data key pair of " + spec);
  if (req.DryRun.value_or(false)) return errors::dry_run();
  private_key = make_private_key(spec);
  Response answer;
  answer.PrivateKeyCiphertextBlob =
      encrypt_symmetric(found, private_key, req.EncryptionContext.value_or(EncryptionContext{}));
  answer.PublicKey = public_key_of(private_key);
  answer.KeyId = found.arn();
  answer.KeyPairSpec = spec;
  answer.KeyMaterialId = found.key.materials.back().id;
  return answer;
}

Result<api::GenerateDataKeyPairResponse> generate_data_key_pair(
    Context& ctx, const api::GenerateDataKeyPairRequest& req) {
  if (req.Recipient) return not_implemented("GenerateDataKeyPair with Recipient");
  std::string private_key;
  CUMULITE_ASSIGN(auto answer, make_data_key_pair<api::GenerateDataKeyPairResponse>(
                                   ctx, req, "GenerateDataKeyPair", private_key));
  answer.PrivateKeyPlaintext = std::move(private_key);
  return answer;
}

Result<api::GenerateDataKeyPairWithoutPlaintextResponse> generate_data_key_pair_without_plaintext(
    Context& ctx, const api::GenerateDataKeyPairWithoutPlaintextRequest& req) {
  std::string private_key;
  auto answer = make_data_key_pair<api::GenerateDataKeyPairWithoutPlaintextResponse>(
      ctx, req, "GenerateDataKeyPairWithoutPlaintext", private_key);
  aes_gcm::wipe(private_key);
  return answer;
}

Result<api::GenerateRandomResponse> generate_random(Context&,
                                                    const api::GenerateRandomRequest& req) {
  if (req.Recipient) return not_implemented("GenerateRandom with Recipient");
  if (req.CustomKeyStoreId) return not_implemented("GenerateRandom in a custom key store");
  if (!req.NumberOfBytes) return errors::validation("NumberOfBytes is required.");
  api::GenerateRandomResponse answer;
  answer.Plaintext = aes_gcm::random_bytes(static_cast<std::size_t>(*req.NumberOfBytes));
  return answer;
}

}  // namespace

std::span<const OperationRow> data_key_rows() {
  static const OperationRow rows[] = {
      row<api::op::GenerateDataKey, &generate_data_key>(),
      // Primes take their time.
      row<api::op::GenerateDataKeyPair, &generate_data_key_pair>({.blocking = true}),
      row<api::op::GenerateDataKeyPairWithoutPlaintext, &generate_data_key_pair_without_plaintext>(
          {.blocking = true}),
      row<api::op::GenerateDataKeyWithoutPlaintext, &generate_data_key_without_plaintext>(),
      row<api::op::GenerateRandom, &generate_random>(),
  };
  return rows;
}

}  // namespace cumulite::kms
