#include <algorithm>

#include "emulator/services/kms/asymmetric.h"
#include "emulator/services/kms/operations.h"
#include "emulator/services/kms/specs.h"

namespace cumulite::kms {
namespace {

/// A key that can be used so, with that algorithm.
Result<Found> key_for(Context& ctx, const std::string& id, std::string_view usage,
                      std::string_view operation, const std::string& algorithm) {
  CUMULITE_ASSIGN(Found found, find_usable_key(ctx, id));
  if (found.key.usage != usage) {
    return errors::wrong_usage(found.arn(), found.key.usage, operation);
  }
  const auto known = algorithms_of(found.key.spec, found.key.usage);
  if (std::find(known.begin(), known.end(), algorithm) == known.end()) {
    return errors::wrong_algorithm(algorithm, found.key.spec);
  }
  return found;
}

Result<SignedText> signed_text(const std::string& message, const std::optional<std::string>& type,
                               const std::string& algorithm) {
  const std::string kind = type.value_or("RAW");
  if (kind != "RAW" && kind != "DIGEST") {
    return errors::validation("MessageType " + kind + " is not valid for algorithm " + algorithm +
                              ".");
  }
  const bool is_digest = kind == "DIGEST";
  if (is_digest && message.size() != digest_bytes(algorithm)) {
    return errors::validation("Digest is invalid length for algorithm " + algorithm + ".");
  }
  return SignedText{message, is_digest};
}

Result<api::SignResponse> sign_message(Context& ctx, const api::SignRequest& req) {
  const std::string& algorithm = *req.SigningAlgorithm;
  CUMULITE_ASSIGN(const Found found, key_for(ctx, *req.KeyId, kSignVerify, "Sign", algorithm));
  CUMULITE_ASSIGN(const SignedText text, signed_text(*req.Message, req.MessageType, algorithm));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  return api::SignResponse{found.arn(), sign(found.key.materials.back().bytes, algorithm, text),
                           algorithm};
}

Result<api::VerifyResponse> verify_signature(Context& ctx, const api::VerifyRequest& req) {
  const std::string& algorithm = *req.SigningAlgorithm;
  CUMULITE_ASSIGN(const Found found, key_for(ctx, *req.KeyId, kSignVerify, "Verify", algorithm));
  CUMULITE_ASSIGN(const SignedText text, signed_text(*req.Message, req.MessageType, algorithm));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  if (!verify(found.key.materials.back().bytes, algorithm, text, *req.Signature)) {
    return errors::invalid_signature();
  }
  return api::VerifyResponse{found.arn(), true, algorithm};
}

Result<api::GetPublicKeyResponse> get_public_key(Context& ctx,
                                                 const api::GetPublicKeyRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_usable_key(ctx, *req.KeyId));
  const Key& key = found.key;
  if (key.is_symmetric() || key.usage == kGenerateVerifyMac) {
    return errors::unsupported(found.arn() + " key spec is " + key.spec +
                               " which is not valid for GetPublicKey.");
  }
  api::GetPublicKeyResponse answer;
  answer.KeyId = found.arn();
  answer.PublicKey = public_key_of(key.materials.back().bytes);
  answer.CustomerMasterKeySpec = key.spec;
  answer.KeySpec = key.spec;
  answer.KeyUsage = key.usage;
  auto algorithms = algorithms_of(key.spec, key.usage);
  (key.usage == kSignVerify ? answer.SigningAlgorithms : answer.EncryptionAlgorithms) =
      std::move(algorithms);
  return answer;
}

Result<api::GenerateMacResponse> generate_mac(Context& ctx, const api::GenerateMacRequest& req) {
  const std::string& algorithm = *req.MacAlgorithm;
  CUMULITE_ASSIGN(const Found found,
                  key_for(ctx, *req.KeyId, kGenerateVerifyMac, "GenerateMac", algorithm));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  api::GenerateMacResponse answer;
  answer.Mac = make_mac(found.key.materials.back().bytes, algorithm, *req.Message);
  answer.MacAlgorithm = algorithm;
  answer.KeyId = found.arn();
  return answer;
}

Result<api::VerifyMacResponse> verify_mac(Context& ctx, const api::VerifyMacRequest& req) {
  const std::string& algorithm = *req.MacAlgorithm;
  CUMULITE_ASSIGN(const Found found,
                  key_for(ctx, *req.KeyId, kGenerateVerifyMac, "VerifyMac", algorithm));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  const std::string mac = make_mac(found.key.materials.back().bytes, algorithm, *req.Message);
  if (!is_same_secret(mac, *req.Mac)) return errors::invalid_mac();
  api::VerifyMacResponse answer;
  answer.KeyId = found.arn();
  answer.MacValid = true;
  answer.MacAlgorithm = algorithm;
  return answer;
}

}  // namespace

std::span<const OperationRow> signature_rows() {
  static const OperationRow rows[] = {
      row<api::op::GenerateMac, &generate_mac>(), row<api::op::GetPublicKey, &get_public_key>(),
      row<api::op::Sign, &sign_message>(),        row<api::op::Verify, &verify_signature>(),
      row<api::op::VerifyMac, &verify_mac>(),
  };
  return rows;
}

}  // namespace cumulite::kms
