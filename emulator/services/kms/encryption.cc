#include <algorithm>

#include "emulator/services/kms/asymmetric.h"
#include "emulator/services/kms/ciphertext.h"
#include "emulator/services/kms/operations.h"
#include "emulator/services/kms/specs.h"

namespace cumulite::kms {
namespace {

/// What is asked of a key, for both directions.
struct CipherUse {
  std::string operation;
  std::string algorithm;
  EncryptionContext context;
};

CipherUse cipher_use(std::string operation, const std::optional<std::string>& algorithm,
                     const std::optional<model::Map<std::string>>& context) {
  return {std::move(operation), algorithm.value_or(std::string(kSymmetricDefault)),
          context.value_or(EncryptionContext{})};
}

bool has_algorithm(const Key& key, const std::string& algorithm) {
  const auto known = algorithms_of(key.spec, key.usage);
  return std::find(known.begin(), known.end(), algorithm) != known.end();
}

Result<void> check_context(const CipherUse& use) {
  if (use.algorithm == kSymmetricDefault || use.context.empty()) return {};
  return errors::validation("An encryption context cannot be used with algorithm " + use.algorithm +
                            ".");
}

Result<std::string> encrypt_with(const Found& found, const CipherUse& use,
                                 std::string_view plaintext) {
  CUMULITE_TRY(check_cipher_usage(found, use.operation));
  if (!has_algorithm(found.key, use.algorithm)) {
    return errors::wrong_algorithm(use.algorithm, found.key.spec);
  }
  CUMULITE_TRY(check_context(use));
  if (found.key.is_symmetric()) return encrypt_symmetric(found, plaintext, use.context);
  const std::size_t bytes_max = oaep_bytes_max(found.key.spec, use.algorithm);
  if (plaintext.size() > bytes_max) {
    return errors::validation("Algorithm " + use.algorithm + " and key spec " + found.key.spec +
                              " cannot encrypt data larger than " + std::to_string(bytes_max) +
                              " bytes.");
  }
  return oaep_encrypt(found.key.materials.back().bytes, use.algorithm, plaintext);
}

/// A text that was decrypted, and by which key.
struct Decrypted {
  Found found;
  std::string text;
  std::string material_id;  ///< Of a symmetric key.
};

/// The key that decrypts: the named one, or the one that the ciphertext names.
Result<Found> decrypting_key(Context& ctx, const std::optional<std::string>& key_id,
                             const std::optional<Ciphertext>& ciphertext, const CipherUse& use) {
  const bool is_symmetric = use.algorithm == kSymmetricDefault;
  if (key_id) {
    CUMULITE_ASSIGN(Found found, find_key(ctx, *key_id, Named::kByKeyOrAlias));
    if (!has_algorithm(found.key, use.algorithm)) return errors::incorrect_key();
    if (is_symmetric && !ciphertext) return errors::invalid_ciphertext();
    const bool is_its_key =
        !is_symmetric || (ciphertext->place == found.place && ciphertext->key_id == found.key.id);
    if (!is_its_key) return errors::incorrect_key();
    return found;
  }
  if (!is_symmetric) {
    return errors::validation("KeyId is required with algorithm " + use.algorithm + ".");
  }
  if (!ciphertext) return errors::invalid_ciphertext();
  auto found = find_key(ctx, ciphertext->place.key_arn(ciphertext->key_id), Named::kByKey);
  if (!found.ok()) return errors::unknown_key_of_ciphertext();
  return std::move(*found);
}

Result<Decrypted> decrypt_with(Context& ctx, const std::optional<std::string>& key_id,
                               const std::optional<std::string>& blob, const CipherUse& use) {
  if (!blob) {
    return errors::validation(
        "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy "
        "constraint: Member must not be null");
  }
  const auto ciphertext = parse_ciphertext(*blob);
  CUMULITE_ASSIGN(Found found, decrypting_key(ctx, key_id, ciphertext, use));
  CUMULITE_TRY(check_usable(found));
  CUMULITE_TRY(check_context(use));
  if (!found.key.is_symmetric()) {
    auto text = oaep_decrypt(found.key.materials.back().bytes, use.algorithm, *blob);
    if (!text) return errors::invalid_ciphertext();
    return Decrypted{std::move(found), std::move(*text), {}};
  }
  auto text = decrypt_symmetric(found, *ciphertext, use.context);
  if (!text) return errors::invalid_ciphertext();
  return Decrypted{std::move(found), std::move(*text), ciphertext->material_id};
}

std::optional<std::string> material_of(const Key& key) {
  if (!key.is_symmetric()) return std::nullopt;
  return key.materials.back().id;
}

Result<api::EncryptResponse> encrypt(Context& ctx, const api::EncryptRequest& req) {
  const auto use = cipher_use("Encrypt", req.EncryptionAlgorithm, req.EncryptionContext);
  CUMULITE_ASSIGN(const Found found, find_usable_key(ctx, *req.KeyId));
  CUMULITE_ASSIGN(std::string blob, encrypt_with(found, use, *req.Plaintext));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  api::EncryptResponse answer;
  answer.CiphertextBlob = std::move(blob);
  answer.KeyId = found.arn();
  answer.EncryptionAlgorithm = use.algorithm;
  return answer;
}

Result<api::DecryptResponse> decrypt(Context& ctx, const api::DecryptRequest& req) {
  if (req.Recipient) return not_implemented("Decrypt with Recipient");
  if (req.DryRunModifiers) return not_implemented("Decrypt with DryRunModifiers");
  const auto use = cipher_use("Decrypt", req.EncryptionAlgorithm, req.EncryptionContext);
  CUMULITE_ASSIGN(Decrypted decrypted, decrypt_with(ctx, req.KeyId, req.CiphertextBlob, use));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  api::DecryptResponse answer;
  answer.KeyId = decrypted.found.arn();
  answer.Plaintext = std::move(decrypted.text);
  answer.EncryptionAlgorithm = use.algorithm;
  if (!decrypted.material_id.empty()) answer.KeyMaterialId = decrypted.material_id;
  return answer;
}

Result<api::ReEncryptResponse> re_encrypt(Context& ctx, const api::ReEncryptRequest& req) {
  if (req.DryRunModifiers) return not_implemented("ReEncrypt with DryRunModifiers");
  const auto from =
      cipher_use("ReEncryptFrom", req.SourceEncryptionAlgorithm, req.SourceEncryptionContext);
  const auto to = cipher_use("ReEncryptTo", req.DestinationEncryptionAlgorithm,
                             req.DestinationEncryptionContext);
  CUMULITE_ASSIGN(const Decrypted source,
                  decrypt_with(ctx, req.SourceKeyId, req.CiphertextBlob, from));
  CUMULITE_ASSIGN(const Found destination, find_usable_key(ctx, *req.DestinationKeyId));
  CUMULITE_ASSIGN(std::string blob, encrypt_with(destination, to, source.text));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  api::ReEncryptResponse answer;
  answer.CiphertextBlob = std::move(blob);
  answer.SourceKeyId = source.found.arn();
  answer.KeyId = destination.arn();
  answer.SourceEncryptionAlgorithm = from.algorithm;
  answer.DestinationEncryptionAlgorithm = to.algorithm;
  if (!source.material_id.empty()) answer.SourceKeyMaterialId = source.material_id;
  answer.DestinationKeyMaterialId = material_of(destination.key);
  return answer;
}

}  // namespace

Result<void> check_cipher_usage(const Found& found, std::string_view operation) {
  if (found.key.usage == kEncryptDecrypt) return {};
  return errors::wrong_usage(found.arn(), found.key.usage, operation);
}

std::span<const OperationRow> encryption_rows() {
  static const OperationRow rows[] = {
      row<api::op::Decrypt, &decrypt>(),
      row<api::op::Encrypt, &encrypt>(),
      row<api::op::ReEncrypt, &re_encrypt>(),
  };
  return rows;
}

}  // namespace cumulite::kms
