#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Pairs of keys, of RSA and of elliptic curves; private ones are PKCS #8 in DER, public ones
/// SubjectPublicKeyInfo in DER. A failure of the library throws storage::StorageError.
namespace cumulite::kms {

/// For a spec of RSA or of a curve, as KMS names it. May take a second.
std::string make_private_key(std::string_view spec);
std::string public_key_of(std::string_view private_key);

/// What is signed: a message, or its digest by the algorithm's own hash.
struct SignedText {
  std::string_view bytes;
  bool is_digest = false;
};

/// Bytes of the digest of an algorithm of signing ("RSASSA_PSS_SHA_256": 32).
std::size_t digest_bytes(std::string_view algorithm);
/// With "RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_512", "ECDSA_SHA_256" and the like.
std::string sign(std::string_view private_key, std::string_view algorithm, const SignedText& text);
bool verify(std::string_view private_key, std::string_view algorithm, const SignedText& text,
            std::string_view signature);

/// Bytes that "RSAES_OAEP_SHA_1" or "RSAES_OAEP_SHA_256" takes with a key of the spec.
std::size_t oaep_bytes_max(std::string_view spec, std::string_view algorithm);
std::string oaep_encrypt(std::string_view private_key, std::string_view algorithm,
                         std::string_view text);
/// Nullopt if it was not encrypted for that key.
std::optional<std::string> oaep_decrypt(std::string_view private_key, std::string_view algorithm,
                                        std::string_view sealed);

/// HMAC by "HMAC_SHA_224" to "HMAC_SHA_512".
std::string make_mac(std::string_view key, std::string_view algorithm, std::string_view text);
/// In a time that does not tell where they differ.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace cumulite::kms
