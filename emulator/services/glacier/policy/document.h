#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"

/// Vault access and vault lock policies: JSON documents in the language of IAM.
/// https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-lock-policy.html
namespace cumulite::glacier {

inline constexpr std::size_t kPolicyBytesMax = 20'480;

/// One action of one caller, as a policy judges it.
struct PolicyCall {
  std::string action;    ///< "glacier:DeleteArchive".
  std::string resource;  ///< ARN of the vault.
  std::string account;   ///< Of the caller.
  std::string access_key_id;
  bool secure = false;  ///< Over TLS.
  std::string source_ip;
  std::string time;                              ///< ISO 8601.
  std::optional<std::int64_t> archive_age_days;  ///< Of the archive that is dealt with.
  /// Value of the vault's tag, if it has it.
  std::function<std::optional<std::string>(std::string_view)> tag = {};
};

/// Whether the text is a policy that says something: JSON, with statements that have an effect, a
/// principal, actions and this vault as resource, and only operators that are known. Errors:
/// MissingParameterValueException, InvalidParameterValueException.
Result<void> check_policy_document(const std::optional<std::string>& text,
                                   std::string_view vault_arn);

/// Whether a statement of the (checked) policy denies, or allows, the call.
bool denies(std::string_view policy, const PolicyCall& call);
bool allows(std::string_view policy, const PolicyCall& call);

}  // namespace cumulite::glacier
