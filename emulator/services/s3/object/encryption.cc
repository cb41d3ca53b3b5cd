#include "emulator/services/s3/object/encryption.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/managed_key.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kArgument = "x-amz-server-side-encryption";
constexpr std::size_t kKeyBytes = 32;

std::string default_kms_key(const Context& ctx, const BucketRecord& bucket);

/// What a KMS key id is answered as: an ARN, and of the alias of S3's own key that key's.
std::string kms_key_arn(const Context& ctx, const BucketRecord& bucket, const std::string& id) {
  if (id.ends_with("alias/aws/s3")) return default_kms_key(ctx, bucket);
  if (id.starts_with("arn:")) return id;
  const std::string resource = id.starts_with("alias/") ? id : "key/" + id;
  return fmt::format("arn:aws:kms:{}:{}:{}", bucket.region, ctx.caller.account_id, resource);
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

/// "1234abcd-12ab-34cd-56ef-1234567890ab", or that of a key of several regions, "mrk-" and 32
/// digits.
bool is_key_id(std::string_view id) {
  if (id.starts_with("mrk-")) return id.size() == 36 && is_hex(id.substr(4));
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? id[i] != '-' : !is_hex(id.substr(i, 1))) return false;
  }
  return true;
}

/// KMS is not asked: what can be a key's name is taken for one that exists, and what cannot is
/// refused as KMS refuses it.
Result<void> check_kms_key(const BucketRecord& bucket, std::string_view id) {
  constexpr std::string_view kArn = "arn:aws:kms:";
  const auto not_found = [](std::string message) {
    return Error{"KMS.NotFoundException", std::move(message), 400};
  };
  if (id.starts_with(kArn)) {
    const std::string_view region = id.substr(kArn.size(), id.find(':', kArn.size()) - kArn.size());
    if (region != bucket.region) return not_found(fmt::format("Invalid arn {}", region));
    return {};
  }
  if (id.starts_with("alias/") || is_key_id(id)) return {};
  return not_found(fmt::format("Invalid keyId '{}'", id));
}

/// The key that AWS manages for S3 in the caller's account, for who names none.
std::string default_kms_key(const Context& ctx, const BucketRecord& bucket) {
  return managed_key_arn(ctx.caller.account_id, bucket.region, "s3");
}

EncryptionRecord bucket_default(const Context& ctx, const BucketRecord& bucket) {
  EncryptionRecord encryption;
  const auto rule = default_encryption(ctx.env.store, bucket);
  if (!rule) return encryption;
  if (rule->ApplyServerSideEncryptionByDefault) {
    const auto& chosen = *rule->ApplyServerSideEncryptionByDefault;
    encryption.algorithm = chosen.SSEAlgorithm.value_or("AES256");
    if (encryption.algorithm != "AES256") {
      encryption.kms_key_id = chosen.KMSMasterKeyID
                                  ? kms_key_arn(ctx, bucket, *chosen.KMSMasterKeyID)
                                  : default_kms_key(ctx, bucket);
    }
  }
  encryption.bucket_key =
      encryption.algorithm == "aws:kms" && rule->BucketKeyEnabled.value_or(false);
  return encryption;
}

}  // namespace

Error wrong_customer_key() {
  return {"AccessDenied",
          "Requests specifying Server Side Encryption with Customer provided keys must provide the "
          "correct secret key.",
          403};
}

Error two_encryptions(const std::string& algorithm) {
  return errors::invalid_argument(
      "Server Side Encryption with Customer provided key is incompatible with the encryption "
      "method specified",
      kArgument, algorithm);
}

Result<CustomerKey> read_customer_key(const std::optional<std::string>& algorithm,
                                      const std::optional<std::string>& key,
                                      const std::optional<std::string>& md5) {
  if (!algorithm && !key && !md5) return CustomerKey{};
  if (!algorithm) {
    return errors::invalid_argument(
        "Requests specifying Server Side Encryption with Customer provided keys must provide a "
        "valid encryption algorithm.",
        kArgument);
  }
  if (*algorithm != "AES256") {
    return Error{"InvalidEncryptionAlgorithmError",
                 "The Encryption request you specified is not valid. Supported value: AES256.", 400}
        .with("ArgumentName", kArgument)
        .with("ArgumentValue", *algorithm);
  }
  if (!key) {
    return errors::invalid_argument(
        "Requests specifying Server Side Encryption with Customer provided keys must provide an "
        "appropriate secret key.",
        kArgument);
  }
  const auto raw = codec::base64_decode(*key);
  if (!md5 || !raw || raw->size() != kKeyBytes) {
    return errors::invalid_argument("The secret key was invalid for the specified algorithm.",
                                    kArgument);
  }
  if (codec::base64_encode(checksum::digest(checksum::Algorithm::kMd5, *raw)) != *md5) {
    return errors::invalid_argument(
        "The calculated MD5 hash of the key did not match the hash that was provided.", kArgument);
  }
  return CustomerKey{*raw, *md5};
}

Result<EncryptionRecord> choose_encryption(const Context& ctx, const BucketRecord& bucket,
                                           const EncryptionRequest& asked, const CustomerKey& key) {
  EncryptionRecord encryption;
  if (key) {
    if (asked.algorithm) return two_encryptions(*asked.algorithm);
    encryption.algorithm.clear();
    encryption.customer_key_md5 = key.md5;
    return encryption;
  }
  if (!asked.algorithm) {
    if (asked.kms_key_id) {
      return errors::invalid_argument(
          "Server Side Encryption with AWS KMS managed key requires HTTP header "
          "x-amz-server-side-encryption : aws:kms",
          kArgument, "null");
    }
    return bucket_default(ctx, bucket);
  }
  const bool kms = *asked.algorithm == "aws:kms" || *asked.algorithm == "aws:kms:dsse";
  if (!kms && *asked.algorithm != "AES256") {
    return errors::invalid_argument("The encryption method specified is not supported", kArgument,
                                    *asked.algorithm);
  }
  encryption.algorithm = *asked.algorithm;
  if (!kms) {
    if (asked.kms_key_id) {
      return errors::invalid_argument(
          "Server Side Encryption with AWS KMS managed key requires HTTP header "
          "x-amz-server-side-encryption : aws:kms",
          kArgument, *asked.algorithm);
    }
    return encryption;
  }
  if (asked.kms_key_id) CUMULITE_TRY(check_kms_key(bucket, *asked.kms_key_id));
  encryption.kms_key_id =
      asked.kms_key_id ? kms_key_arn(ctx, bucket, *asked.kms_key_id) : default_kms_key(ctx, bucket);
  encryption.kms_context = asked.kms_context.value_or("");
  encryption.bucket_key = asked.bucket_key.value_or(bucket_default(ctx, bucket).bucket_key);
  return encryption;
}

Result<void> check_customer_key(const ObjectRecord& record, const CustomerKey& key) {
  const std::string& stored = record.encryption.customer_key_md5;
  if (stored.empty()) {
    if (key) {
      return errors::invalid_request(
          "The encryption parameters are not applicable to this object.");
    }
    return {};
  }
  if (!key) {
    return errors::invalid_request(
        "The object was stored using a form of Server Side Encryption. The correct parameters must "
        "be provided to retrieve the object.");
  }
  if (key.md5 != stored) return wrong_customer_key();
  return {};
}

}  // namespace cumulite::s3
