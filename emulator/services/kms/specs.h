#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What keys there are, and what each is for.
/// https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html
namespace cumulite::kms {

inline constexpr std::string_view kEncryptDecrypt = "ENCRYPT_DECRYPT";
inline constexpr std::string_view kSignVerify = "SIGN_VERIFY";
inline constexpr std::string_view kGenerateVerifyMac = "GENERATE_VERIFY_MAC";
inline constexpr std::string_view kSymmetricDefault = "SYMMETRIC_DEFAULT";

/// Whether keys of that spec are made here; others are answered 501.
bool is_built_spec(std::string_view spec);
bool is_usage_of(std::string_view spec, std::string_view usage);
/// The algorithms that a key of the spec has for its usage, in AWS's order.
std::vector<std::string> algorithms_of(std::string_view spec, std::string_view usage);
/// New material for a key of the spec. May take a second (RSA_4096).
std::string make_material(std::string_view spec);

}  // namespace cumulite::kms
