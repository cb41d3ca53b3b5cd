#include "emulator/services/dynamodb/table/encryption.h"

#include <xxhash.h>

#include <fmt/format.h>

#include "emulator/core/context.h"
#include "emulator/core/managed_key.h"
#include "emulator/services/dynamodb/errors.h"

namespace cumulite::dynamodb {
namespace {

constexpr std::string_view kDefaultAlias = "alias/aws/dynamodb";
constexpr std::string_view kArnOfAlias = ":alias/";

/// An alias stands for one key, the same for all tables of the account and region.
std::string key_of_alias(Context& ctx, std::string_view alias) {
  constexpr std::string_view kManaged = "alias/aws/";
  if (alias.starts_with(kManaged)) {
    return managed_key_arn(ctx.caller.account_id, ctx.caller.region, alias.substr(kManaged.size()));
  }
  const std::string name = ctx.arn("kms", alias);
  const auto hash = XXH3_128bits(name.data(), name.size());
  return ctx.arn("kms", fmt::format("key/{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", hash.high64 >> 32,
                                    (hash.high64 >> 16) & 0xffff, hash.high64 & 0xfff,
                                    hash.low64 >> 52, hash.low64 & 0xffffffffffff));
}

/// ARN of the key that a specification asks for.
std::string key_arn(Context& ctx, const api::SSESpecification& specification) {
  const std::string id = specification.KMSMasterKeyId.value_or(std::string(kDefaultAlias));
  if (id.starts_with("alias/")) return key_of_alias(ctx, id);
  if (!id.starts_with("arn:")) return ctx.arn("kms", "key/" + id);
  const auto alias = id.find(kArnOfAlias);
  return alias == std::string::npos ? id
                                    : key_of_alias(ctx, std::string_view(id).substr(alias + 1));
}

api::SSEDescription enabled_with(const std::string& key) {
  api::SSEDescription out;
  out.Status = "ENABLED";
  out.SSEType = "KMS";
  out.KMSMasterKeyArn = key;
  return out;
}

}  // namespace

Result<void> check_encryption(const std::optional<api::SSESpecification>& encryption) {
  if (!encryption) return {};
  if (encryption->SSEType == "AES256") {
    return errors::invalid_parameter("SSEType AES256 is not supported");
  }
  if (encryption->Enabled && !*encryption->Enabled) {
    if (encryption->SSEType) {
      return errors::invalid_parameter("SSEType can not be specified if Enabled is false");
    }
    if (encryption->KMSMasterKeyId) {
      return errors::invalid_parameter("KMSMasterKeyId can not be specified if Enabled is false");
    }
  }
  if (encryption->KMSMasterKeyId && !encryption->SSEType) {
    return errors::invalid_parameter("SSEType KMS is required if KMSMasterKeyId is specified");
  }
  return {};
}

bool wants_kms(const api::SSESpecification& encryption) {
  return encryption.Enabled.value_or(encryption.SSEType.has_value());
}

api::SSEDescription sse_of(Context& ctx, const api::SSESpecification& specification) {
  return enabled_with(key_arn(ctx, specification));
}

Result<void> apply_encryption(Context& ctx, const api::SSESpecification& wanted, Table& table) {
  auto& current = table.description.SSEDescription;
  const std::string next = wants_kms(wanted) ? key_arn(ctx, wanted) : std::string{};
  if (table.next_key) {
    // The same once more is taken, and changes nothing.
    if (*table.next_key == next) return {};
    return errors::still_in_use("Server-Side Encryption is still being updated");
  }
  // The quota is looked at before the key is.
  CUMULITE_TRY(table.changes.check(LimitedChange::kEncryption, table.name(), ctx.now_ms));
  if (next.empty() && !current) {
    return errors::invalid_parameter("Table is already encrypted by default");
  }
  // Only its ARN is known to be the key that the table has: another name of it is a change.
  if (current && wanted.KMSMasterKeyId && wanted.KMSMasterKeyId == current->KMSMasterKeyArn) {
    return errors::invalid_parameter(
        "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
        "want to change Master Key");
  }
  table.changes.note(LimitedChange::kEncryption, ctx.now_ms);
  if (!current) current.emplace();
  current->Status = std::string(kUpdating);
  table.next_key = next;
  return {};
}

void finish_encryption(Table& table) {
  if (!table.next_key) return;
  auto& description = table.description.SSEDescription;
  description.reset();
  if (!table.next_key->empty()) description = enabled_with(*table.next_key);
  table.next_key.reset();
}

}  // namespace cumulite::dynamodb
