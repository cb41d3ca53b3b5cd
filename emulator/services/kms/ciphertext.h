#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/services/kms/lookup.h"

/// What a symmetric key's encryption gives: bytes that name the key and its material, so that
/// decrypting needs no key's id, and the sealed text. What they name is bound to the text, and so
/// is the encryption context.
namespace cumulite::kms {

using EncryptionContext = std::vector<std::pair<std::string, std::string>>;

/// Such bytes, taken apart.
struct Ciphertext {
  Place place;
  std::string key_id;
  std::string material_id;
  std::string head;  ///< Everything before the sealed text.
  std::string sealed;
};

/// Under the newest material of the key, which has one.
std::string encrypt_symmetric(const Found& found, std::string_view text,
                              const EncryptionContext& context);
/// Nullopt for bytes that are none of ours.
std::optional<Ciphertext> parse_ciphertext(std::string_view bytes);
/// Nullopt if it was not encrypted with that key and context.
std::optional<std::string> decrypt_symmetric(const Found& found, const Ciphertext& ciphertext,
                                             const EncryptionContext& context);

}  // namespace cumulite::kms
